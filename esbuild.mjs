// Builds what the package ships: `node esbuild.mjs`, with `--production` small and without source maps, with `--watch` again on every change.
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { context } from 'esbuild'

const { values: options } = parseArgs({ options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } } })
const project = fileURLToPath(new URL('.', import.meta.url))

const common = {
  absWorkingDir: project,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Names stay as they are, for the stacks in the output channel; esbuild's keepNames would cost a call for every function that is made.
  minifyWhitespace: options.production,
  minifySyntax: options.production,
  sourcemap: options.production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  // pg looks for its native binding in a getter that nobody calls.
  external: ['vscode', 'pg-native'],
}

/** An editor waits for the server's first answer, so `server.js` has nothing but that; the engine comes after it. Both speak through one copy of the protocol's library, whose errors are told by their class. */
const inParts = {
  name: 'server in parts',
  setup(build) {
    build.onResolve({ filter: /^vscode-languageserver\/node$/ }, () => ({ path: './protocol.js', external: true }))
    build.onResolve({ filter: /^\.\/lsp\/server$/ }, () => ({ path: './engine.js', external: true }))
  },
}
// Loaded where it stands: a module that is imported comes some turns later, and the messages before it would find nobody.
const server = { ...common, plugins: [inParts], supported: { 'dynamic-import': false } }

const builds = [
  { ...common, entryPoints: ['client/extension.ts'], outfile: 'out/client.js' },
  { ...common, entryPoints: ['vscode-languageserver/node'], outfile: 'out/protocol.js' },
  { ...server, entryPoints: ['server/main.ts'], outfile: 'out/server.js' },
  { ...server, entryPoints: ['server/lsp/server.ts'], outfile: 'out/engine.js' },
  { ...common, entryPoints: ['server/cli.ts'], outfile: 'out/cli.js', banner: { js: '#!/usr/bin/env node' } },
]

const started = performance.now()
await mkdir(`${project}out`, { recursive: true })
// A map of a build before this one would lie about it.
if (options.production) await Promise.all(builds.map(({ outfile }) => rm(`${project}${outfile}.map`, { force: true })))
await copyFile(`${project}node_modules/libpg-query/wasm/libpg-query.wasm`, `${project}out/libpg-query.wasm`)

const contexts = await Promise.all(builds.map((build) => context(build)))
if (options.watch) {
  await Promise.all(contexts.map((each) => each.watch()))
  console.log('Watching; built again on every change.')
} else {
  const outcomes = await Promise.allSettled(contexts.map((each) => each.rebuild()))
  await Promise.all(contexts.map((each) => each.dispose()))
  // esbuild has printed what is wrong.
  if (outcomes.some(({ status }) => status === 'rejected')) process.exitCode = 1
  else console.log(`Built ${builds.map(({ outfile }) => outfile).join(', ')} in ${Math.round(performance.now() - started)} ms.`)
}
