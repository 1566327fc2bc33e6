import type { IndexShape } from '../model/effect'

/** Whether two indexes are the same but for their names. Expressions are compared as text, without spaces and outer parentheses. */
export const sameShape = (a: IndexShape, b: IndexShape): boolean =>
  a.method === b.method && a.unique === b.unique && sameList(a.keys, b.keys) && sameList(a.include, b.include) && plain(a.predicate ?? '') === plain(b.predicate ?? '')

const sameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, index) => plain(one) === plain(b[index]!))

const plain = (text: string): string => {
  let bare = text.replace(/\s+/g, '')
  while (bare.startsWith('(') && bare.endsWith(')')) bare = bare.slice(1, -1)
  return bare
}
