import { join, sep } from 'node:path'

/** Whether a path with `/` between its parts matches one of the globs: `*`, `?`, `[ab]`, `{a,b}`, and `**` over any number of folders. A glob without `/` is matched against the last part alone. */
export function matchesGlob(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => (glob.includes('/') ? toPattern(glob).test(path) : toPattern(glob).test(path.slice(path.lastIndexOf('/') + 1))))
}

const patterns = new Map<string, RegExp>()

function toPattern(glob: string): RegExp {
  const known = patterns.get(glob)
  if (known) return known
  const pattern = compile(glob)
  patterns.set(glob, pattern)
  return pattern
}

function compile(glob: string): RegExp {
  let source = ''
  let braces = 0
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i]!
    if (glob.startsWith('**/', i)) {
      source += '(?:[^/]*/)*'
      i += 2
    } else if (glob.startsWith('**', i)) {
      source += '.*'
      i++
    } else if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else if (character === '{') {
      source += '(?:'
      braces++
    } else if (character === '}' && braces > 0) {
      source += ')'
      braces--
    } else if (character === ',' && braces > 0) source += '|'
    else if (character === '[' && glob.indexOf(']', i + 2) > 0) {
      const end = glob.indexOf(']', i + 2)
      source += `[${glob.slice(i + 1, end).replace(/^!/, '^').replaceAll('\\', '\\\\').replaceAll('[', '\\[')}]`
      i = end
    } else source += character.replace(/[\\^$.|+()[\]{}/]/g, '\\$&')
  }
  source += ')'.repeat(braces)
  try {
    return new RegExp(`^${source}$`)
  } catch {
    // A glob that says nothing sensible, such as `[z-a]`, matches nothing.
    return /(?!)/
  }
}

/** The outermost folder in which a file would still be a migration of the same kind. `base` is where the globs begin. */
export function rootOf(path: string, base: string, isMigration: (path: string) => boolean): string {
  let root = join(path, '..')
  for (let folder = root; folder.startsWith(base) && folder !== join(folder, '..'); folder = join(folder, '..')) {
    if (!isMigration(`${folder}${sep}0.sql`)) break
    root = folder
  }
  return root
}
