import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Mocha from 'mocha'
import { print } from './print'

/** VS Code calls this in the extension host; the harness believes only the counts left in the result file. */
export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = print
  const mocha = new Mocha({
    ui: 'bdd',
    color: Boolean(process.env['LOCKSCOPE_SUITE_COLOR']),
    // A cold VS Code on a busy machine takes seconds for what a person sees at once.
    timeout: 60_000,
    forbidOnly: process.env['CI'] !== undefined,
    fgrep: process.env['LOCKSCOPE_SUITE_GREP'] ?? '',
  })
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name))
  }
  const { passes, failures, pending } = await counts(mocha).catch((error: unknown) => {
    print(error)
    throw error
  })
  const resultFile = process.env['LOCKSCOPE_SUITE_RESULT']
  if (resultFile) writeFileSync(resultFile, JSON.stringify({ passes, failures, pending }))
  if (failures > 0) throw new Error(`${failures} of the tests failed`)
}

function counts(mocha: Mocha): Promise<Mocha.Stats> {
  return new Promise((resolve, reject) => {
    const runner = mocha.run(() => {
      if (runner.stats) resolve(runner.stats)
      else reject(new Error('mocha kept no counts'))
    })
  })
}
