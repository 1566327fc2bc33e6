import type { Finding } from '../model/finding'
import type { Hazard } from './hazard'

/** What an earlier try left half-done is taken for the result. */
export const invalidIndex: Hazard = {
  name: 'invalid-index',
  title: 'An invalid index is kept',
  find: (assessed): readonly Finding[] => assessed.keeps.map((kept) => ({ hazard: 'invalid-index', severity: 'error', span: kept.span, message: kept.text, related: [] })),
}
