import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** What these say depends on when things happen: nothing else is to run beside them. */
const timed = [
  'test/traffic/**/*.test.ts', 'test/sources/measure-machine.test.ts', 'test/server/lsp/memory.test.ts', 'test/server/sql/{expression,fuzz,split}.test.ts', 'test/fuzz/server.test.ts', 'test/witness/{activities,deadlocks,retries,timeouts}.test.ts',
]

// vitest reads its configuration from a default export; it is the one exception to the style.
export default defineConfig({
  test: {
    exclude: ['node_modules/**', 'test/extension/**', 'test/bench/**'],
    globalSetup: ['test/support/need-programs.mjs'],
    pool: 'forks',
    // A test that is given up leaves its sessions to those after it; a machine that stands still for a minute is no reason.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    projects: [
      // Most of them wait for a server of their own: with one file at a time, half of the machine is idle.
      { extends: true, test: { name: 'side by side', include: ['test/**/*.test.ts'], exclude: ['node_modules/**', 'test/extension/**', 'test/bench/**', ...timed], maxWorkers: availableParallelism() + 1, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'one by one', include: timed, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
