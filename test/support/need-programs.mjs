// Before any test: the programs that some tests run and npm cannot give, installed where the system allows it.
import { spawnSync } from 'node:child_process'
import { installOnDebian } from './install-on-debian.mjs'

/** Each with the flag that makes it tell its version, and the package of Debian that has it. */
const programs = [
  { name: 'psql', flag: '--version', debian: 'postgresql-client' },
  { name: 'openssl', flag: 'version', debian: 'openssl' },
]

const isThere = ({ name, flag }) => spawnSync(name, [flag], { stdio: 'ignore' }).status === 0

export function setup() {
  const missing = programs.filter((program) => !isThere(program))
  if (missing.length === 0) return
  installOnDebian('Tests', missing.map(({ debian }) => debian))
  const still = missing.filter((program) => !isThere(program)).map(({ name }) => name)
  if (still.length > 0) throw new Error(`The tests run ${still.join(' and ')}: install ${still.length === 1 ? 'it' : 'them'} (Debian: apt-get install ${missing.map(({ debian }) => debian).join(' ')}; macOS: brew install libpq openssl) and put ${still.length === 1 ? 'it' : 'them'} on the path.`)
}
