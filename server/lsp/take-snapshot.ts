import type { CancellationToken, Connection } from 'vscode-languageserver/node'
import { WorkDoneProgress } from 'vscode-languageserver/node'
import type { Snapshot } from '../model/snapshot'
import { SourceError } from '../sources/source-error'
import { writeWhole } from '../sources/write-whole'
import type { TakeSnapshotParameters, TakeSnapshotResult } from '../../common/protocol'

/** Takes the snapshot and puts it into its file in one step, so that nobody ever reads half of it. */
export async function takeSnapshotTo(connection: Connection, parameters: TakeSnapshotParameters, token: CancellationToken): Promise<TakeSnapshotResult> {
  const { url, password, path, workDoneToken } = parameters
  const report = (value: object): void => {
    if (workDoneToken !== undefined) void connection.sendProgress(WorkDoneProgress.type, workDoneToken, value as never)
  }
  const aborter = new AbortController()
  const listening = token.onCancellationRequested(() => aborter.abort())
  if (token.isCancellationRequested) aborter.abort()
  // Loaded only now, for the driver is the largest part of the server and most sessions never need it.
  const { takeSnapshotText } = await import('../sources/postgres')
  report({ kind: 'begin', title: 'Taking a snapshot', cancellable: true })
  try {
    const text = await takeSnapshotText(
      { url, ...(password !== undefined && { password }) },
      { signal: aborter.signal, progress: (what) => report({ kind: 'report', message: what }) },
    )
    if (aborter.signal.aborted) return { problem: 'Cancelled.' }
    await writeWhole(path, text)
    const { tables, unseen } = JSON.parse(text) as Snapshot
    return { tables: Object.keys(tables ?? {}).length, unseen: unseen ?? [] }
  } catch (error) {
    if (aborter.signal.aborted) return { problem: 'Cancelled.' }
    if (error instanceof SourceError) return { problem: error.message }
    throw error
  } finally {
    listening.dispose()
    report({ kind: 'end' })
  }
}
