import type { Catalog } from '../catalog/catalog'

/** Several things are asked of one statement where it stands, one after the other, and most need the same answer first: the last one is kept. */
export function lastAnswer<Question, Answer>(answer: (question: Question, catalog: Catalog) => Answer): (question: Question, catalog: Catalog) => Answer {
  let last: { readonly question: Question; readonly catalog: Catalog; readonly answer: Answer } | undefined
  return (question, catalog) => {
    if (last?.question !== question || last.catalog !== catalog) last = { question, catalog, answer: answer(question, catalog) }
    return last.answer
  }
}
