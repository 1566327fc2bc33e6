import type { TextDocument } from 'vscode-languageserver-textdocument'
import { analyse } from '../analyse'
import type { Analysis, World } from '../analyse'
import type { View } from '../editor/view'
import { read } from '../frameworks/sql'
import type { Place } from '../frameworks/tool'
import type { Client } from './client'
import type { Scope } from './scope'

/** A document as it is to be shown: analysed; or the one sentence that says why it is not; or the table of the migration tool that says that it has run. */
export type Shown = { readonly id: number } & ({ readonly view: View; readonly problem?: undefined; readonly appliedBy?: undefined } | { readonly problem: string; readonly view?: undefined; readonly appliedBy?: undefined } | { readonly appliedBy: string; readonly view?: undefined; readonly problem?: undefined })

/** In UTF-16 code units, of which the largest schema dumps have a tenth. */
const longestText = 10 * 1024 * 1024

/** Keeps the last analysis of each open document, so that an edit costs what it touches. */
export class Documents {
  readonly #kept = new Map<string, { readonly version: number; readonly scope: Scope; readonly world: World; readonly appliedBy: string | undefined; readonly place: Place; readonly shown: Shown; readonly analysis?: Analysis }>()
  #ids = 0

  show(document: TextDocument, scope: Scope, world: World, appliedBy: string | undefined, place: Place, client: Client): Shown {
    const kept = this.#kept.get(document.uri)
    if (kept?.version === document.version && kept.scope === scope && kept.world === world && kept.appliedBy === appliedBy && isSame(kept.place, place)) return kept.shown
    const text = document.getText()
    const id = ++this.#ids
    const problem = unreadable(text)
    if (problem !== undefined || appliedBy !== undefined) {
      const shown: Shown = problem === undefined ? { appliedBy: appliedBy!, id } : { problem, id }
      this.#kept.set(document.uri, { version: document.version, scope, world, appliedBy, place, shown })
      return shown
    }
    const analysis = analyse(read(document.uri, text, scope.settings.transaction, place), text, world, scope.policy, kept?.analysis)
    const file = scope.snapshot
    const snapshot = file?.snapshot && { name: file.name, ...(file.snapshot.takenAt !== undefined && { takenAt: file.snapshot.takenAt }) }
    const view: View = { uri: document.uri, text, analysis, ...(snapshot && { snapshot }), page: client.page, hasCommands: client.hasCommands }
    const shown: Shown = { view, id }
    this.#kept.set(document.uri, { version: document.version, scope, world, appliedBy, place, shown, analysis })
    return shown
  }

  forget(uri: string): void {
    this.#kept.delete(uri)
  }
}

const isSame = (a: Place, b: Place): boolean => a.path === b.path && a.beside === b.beside && a.siblings.join() === b.siblings.join()

function unreadable(text: string): string | undefined {
  if (text.length > longestText) return `This file has ${Math.round(text.length / 1024 / 1024)} MB. Lockscope analyses files of up to ${longestText / 1024 / 1024} MB while they are open.`
  if (text.includes('\0')) return 'This file is not text, so it is not analysed.'
  return undefined
}
