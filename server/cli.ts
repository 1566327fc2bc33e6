import { setFlagsFromString } from 'node:v8'
import { commands } from './cli/commands'
import { helpFor } from './cli/help'
import { Output } from './cli/output'
import { placeOf } from './cli/place-of'
import { UsageError } from './cli/usage-error'
import { version } from './cli/version'
import { SourceError } from './sources/source-error'

// Node.js 20 begins to optimise what a run of a few seconds never pays back: a third of its processor time. The flag is of that release alone; later ones find the measure themselves.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=500000')

void main()

/** 0: nothing at or above the level asked for, 1: findings, 2: usage, an unreadable file or a broken snapshot. */
async function main(): Promise<void> {
  const output = new Output(process.stdout)
  try {
    process.exitCode = await run(process.argv.slice(2), output)
    await output.end()
  } catch (error) {
    // What was found before is worth having, and comes before the reason why there is no more.
    await output.end()
    process.stderr.write(`lockscope: ${error instanceof UsageError || error instanceof SourceError ? error.message : `Lockscope itself failed (${placeOf(error)}); this is a bug.`}\n`)
    process.exitCode = 2
  }
}

async function run(args: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output.write(`${helpFor(rest[0])}\n`)
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    output.write(`${version()}\n`)
    return 0
  }
  const command = commands[name]
  if (!command) throw new UsageError(`there is no command ${name}; lockscope --help lists them.`)
  if (rest.some((argument) => argument === '--help' || argument === '-h')) {
    output.write(`${helpFor(name)}\n`)
    return 0
  }
  return command(rest, output)
}
