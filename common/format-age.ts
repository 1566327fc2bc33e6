/** `today`, `1 day old`, `3 days old`, `5 months old`; milliseconds in. A time to come counts as today. */
export function formatAge(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  if (days < 1) return 'today'
  if (days < 60) return `${days} ${days === 1 ? 'day' : 'days'} old`
  if (days < 730) return `${Math.floor(days / 30.4)} months old`
  return `${Math.floor(days / 365.25)} years old`
}
