import type { Directive } from './unused-allow'

const pattern = /--[ \t]*lockscope:[ \t]*allow(?:[ \t]+([\w-]+))?(?:[ \t]+because[ \t]+([^\r\n]*\S))?[^\r\n]*/giu

/** The directives in comments of one line. `start` is where the text begins, relative to the statement. */
export function readDirectives(comments: string, start: number): readonly Directive[] {
  if (!comments.includes('lockscope:')) return []
  return [...comments.matchAll(pattern)].map((match): Directive => {
    const at = start + match.index
    return { hazard: match[1] ?? '', span: { start: at, end: at + match[0].trimEnd().length }, ...(match[2] !== undefined && { reason: match[2] }) }
  })
}
