/** What went wrong, as one sentence for people. Never holds the password. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}
