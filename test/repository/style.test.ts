import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hazards } from '../../server/hazards/index'
import { operationTypes } from '../../server/operations/index'
import { codeOf, projectFiles, projectFolder, stringsIn, textOf } from './project-files'

const files = projectFiles()
const kinds: readonly string[] = operationTypes.map((type) => type.kind)
const names = [...hazards.map((hazard) => hazard.name), 'unused-allow']
const codeFilesIn = (folder: string): readonly string[] => files.filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.ts'))

describe('facts and judgement are apart:', () => {
  /** Kinds of work too, which is what a hazard judges. */
  const works = ['insert', 'update', 'delete']

  it.each(codeFilesIn('server/hazards'))('%s holds no SQL and no kind of operation', (path) => {
    const strings = stringsIn(codeOf(path))
    expect(strings.filter((text) => /\b[A-Z]{2,}\b/.test(text.replace(/\$\{[^}]*\}/g, '')))).toEqual([])
    expect(strings.filter((text) => kinds.some((kind) => !works.includes(kind) && (text === kind || (kind.includes('-') && text.includes(kind)))))).toEqual([])
  })

  it.each(codeFilesIn('server/operations'))("%s holds no hazard's name and no duration", (path) => {
    const code = codeOf(path)
    expect(stringsIn(code).filter((text) => names.some((name) => text === name || (name.includes('-') && text.includes(name))))).toEqual([])
    expect(code.match(/\b\w+Ms\b/g) ?? []).toEqual([])
  })
})

it.each([
  ['server/operations', kinds],
  ['server/hazards', names],
] as const)('each part of %s is one .ts and one .md', (folder, parts) => {
  const missing = parts.flatMap((name) => [`${folder}/${name}.ts`, `${folder}/${name}.md`]).filter((path) => !files.includes(path))
  expect(missing).toEqual([])
})

describe('every file', () => {
  const written = files.filter((path) => !/\.(png|wasm|ico|svg|gif)$|^package-lock\.json$/.test(path))

  it('is named in kebab-case', () => {
    expect(files.filter((path) => /\.(ts|mjs|md|json)$/.test(path) && /^(client|server|common|test|scripts|schemas|syntaxes)\//.test(path) && !/^([a-z0-9.-]+\/)*[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.replace('.tmLanguage', '')))).toEqual([])
  })

  it('is the same on every machine: it names no folder of one', () => {
    const own = /(?<![\w.*~-])\/(?:work|root|home\/\w+|Users\/\w+)\//
    expect(written.flatMap((path) => textOf(path).split('\n').flatMap((line, index) => (own.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])))).toEqual([])
  })

  it('names no registry but in what npm writes', () => {
    expect(written.filter((path) => /registry\.[a-z]+\.|artifactory|verdaccio/i.test(textOf(path)) && !path.startsWith('test/repository/'))).toEqual([])
    expect([...textOf('package-lock.json').matchAll(/"resolved": "([^"]+)"/g)].map(([, url]) => url)).toEqual([])
  })

  it('of code has statements that end without a semicolon', () => {
    const ended = /^\s*(?:import|export|const|let|return|throw|await)\b.*;\s*$/m
    const withoutTemplates = (text: string): string => text.replace(/`(?:[^`\\]|\\.)*`/g, '')
    expect(files.filter((path) => /\.(ts|mjs)$/.test(path) && ended.test(withoutTemplates(textOf(path))))).toEqual([])
  })

  it('of TypeScript has no default export, which would have a name in each file that imports it', () => {
    expect(files.filter((path) => path.endsWith('.ts') && path !== 'vitest.config.ts' && /^export default\b/m.test(textOf(path)))).toEqual([])
  })
})

it('no test is left out', () => {
  const leavesOut = /\b(?:it|test|describe|suite)\.(?:skip|only|todo|skipIf|runIf|fails)\b|\bthis\.skip\(/
  // A desktop VS Code gives the suite no hands; the same suite runs in the one in the browser, which does.
  const withoutHands = /if \(!window\.hasHands\) return this\.skip\(\)/g
  expect(codeFilesIn('test').filter((path) => leavesOut.test(codeOf(path).replace(withoutHands, '')))).toEqual([])
})

it('nothing has the type any', () => {
  const said = execFileSync(process.execPath, [join(projectFolder, 'node_modules/oxlint/bin/oxlint'), '-A', 'all', '-D', 'typescript/no-explicit-any', 'client', 'server', 'common', 'test'], { cwd: projectFolder, encoding: 'utf8' })
  expect(said).toContain('Found 0 warnings and 0 errors')
})
