import { defineConfig } from 'vitest/config'

// vitest reads its configuration from a default export; it is the one exception to the style.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['node_modules/**', 'test/extension/**', 'test/bench/**'],
    globalSetup: ['test/support/need-programs.mjs'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
