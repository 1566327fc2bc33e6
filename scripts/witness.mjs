// `npm run witness`: every case of every page is asked of servers of every version, which takes some minutes, and what comes out is kept in test/witness/matrix.json.
// `POSTGRES=12,13` asks these alone, `PAGE=create-index` this page alone; the rest of the matrix stays as it is.
import { spawnSync } from 'node:child_process'
import { install, project } from './install.mjs'

install()

const { status, error } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/witness', ...process.argv.slice(2)], {
  cwd: project,
  stdio: 'inherit',
  env: { ...process.env, POSTGRES: process.env.POSTGRES ?? '12,13,14,15,16,17,18', MATRIX: 'write' },
})
if (error) throw error
process.exit(status ?? 1)
