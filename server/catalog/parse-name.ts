import type { RelationName } from '../model/name'
import { relationName } from '../model/name'

/**
 * Reads the full name of a relation, a type or a function as a snapshot gives it: `orders` is `public.orders`.
 * Parts in double quotes are taken as SQL takes them; without quotes they stand for themselves, capitals and all, so `User` is `public."User"`.
 * Undefined where there are more than two parts, an empty one, or a quote stays open.
 */
export function parseName(text: string): RelationName | undefined {
  const pattern = /(?:"((?:[^"]|"")+)"|([^".\s][^".]*))(\.|$)/y
  const parts: string[] = []
  for (;;) {
    const match = pattern.exec(text)
    if (!match) return undefined
    parts.push(match[1]?.replaceAll('""', '"') ?? match[2]!)
    if (match[3] === '') break
  }
  if (parts.length > 2 || parts.some((part) => part.includes('\0') || Buffer.byteLength(part) > 63)) return undefined
  return parts.length === 1 ? relationName('public', parts[0]!) : relationName(parts[0]!, parts[1]!)
}
