/** Asks once of each object, which is never asked of when it has changed; the answer goes with the object. */
export function remembered<K extends object, T>(find: (about: K) => T): (about: K) => T {
  const found = new WeakMap<K, T>()
  return (about) => {
    const known = found.get(about)
    if (known !== undefined || found.has(about)) return known as T
    const answer = find(about)
    found.set(about, answer)
    return answer
  }
}
