// `npm run witness`: every case of every page is asked of servers of every version, which takes some minutes, and what comes out is kept in test/witness/matrix/, a file for each page.
// `POSTGRES=12,13` asks these alone, `PAGE=create-index` this page alone; the rest of the matrix stays as it is; `MATRIX=missing` asks for the cases that are not in it yet.
// `docs/locks.md` and the table in a hover are made of the answers.
import { install, run } from './install.mjs'

install()

process.env.POSTGRES ??= '12,13,14,15,16,17,18'
process.env.MATRIX ??= 'write'
const vitest = (...args) => run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args])
const asked = vitest('test/witness', ...process.argv.slice(2))
process.env.UPDATE = '1'
const page = vitest('test/matrix/lock-page.test.ts')
delete process.env.UPDATE
const kept = vitest('test/matrix')
process.exit(asked || page || kept)
