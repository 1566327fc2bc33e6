import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

export const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

/** Every file that belongs to the project, by its path from the project's folder with `/` between; what .gitignore names is left out. */
export function projectFiles(folder = ''): readonly string[] {
  return readdirSync(join(projectFolder, folder), { withFileTypes: true })
    .filter(({ name }) => !ignored.some((pattern) => pattern.test(name)))
    .flatMap((entry) => {
      const path = relative(projectFolder, join(projectFolder, folder, entry.name)).split(sep).join('/')
      return entry.isDirectory() ? projectFiles(path) : [path]
    })
    .sort()
}

export const textOf = (path: string): string => readFileSync(join(projectFolder, path), 'utf8')

/** Without comments and types. */
export const codeOf = (path: string): string => transformSync(textOf(path), { loader: 'ts', target: 'esnext', legalComments: 'none', charset: 'utf8' }).code

/** The texts of its strings, and of its templates with what they are filled with. */
export const stringsIn = (code: string): readonly string[] => [...code.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g)].map(([literal]) => literal.slice(1, -1))

/** What a file names in `import … from`, `export … from` and `import(…)`, types too. */
export const importsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm)].map((match) => (match[1] ?? match[2] ?? match[3])!)

const ignored = ['.git', ...textOf('.gitignore').split('\n')]
  .map((line) => line.replaceAll('/', '').trim())
  .filter((line) => line !== '')
  .map((line) => new RegExp(`^${line.replaceAll('.', '\\.').replaceAll('*', '.*')}$`))
