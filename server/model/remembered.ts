/** Asks once of each object, which is never asked of when it has changed; the answer goes with the object, or with `key` of it. */
export function remembered<K extends object, T>(find: (about: K) => T, key: (about: K) => object = (about) => about): (about: K) => T {
  const found = new WeakMap<object, T>()
  return (about) => {
    const at = key(about)
    const known = found.get(at)
    if (known !== undefined || found.has(at)) return known as T
    const answer = find(about)
    found.set(at, answer)
    return answer
  }
}
