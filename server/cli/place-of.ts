/** Of an error that nobody expected: what it says and where it comes from, in one line. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const frames = (error.stack ?? '').split('\n').flatMap((line) => /^\s+at (?:async )?([\w#.]+)/.exec(line)?.[1] ?? [])
  return [error.message.split('\n')[0]!, ...frames.slice(0, 3)].join(' at ')
}
