// `node test/bench/bundled.mjs accuracy`: a bench that is TypeScript over the server's own sources, so it is bundled before it runs.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// What is left is the bench's own.
const [name] = process.argv.splice(2, 1)
const project = fileURLToPath(new URL('../..', import.meta.url))
const outfile = `${project}out/bench/${name}.mjs`
mkdirSync(`${project}out/bench`, { recursive: true })
await build({ entryPoints: [`${project}test/bench/${name}/measure.ts`], bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', outfile, logLevel: 'warning', banner: { js: `import { dirname as folderOf } from 'node:path'; import { fileURLToPath as pathOf } from 'node:url'; const __dirname = folderOf(pathOf(import.meta.url));` } })
await import(outfile)
