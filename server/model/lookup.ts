/** A table that is asked by what people have written: `constructor` and `toString` are in it only if it says so. */
export const lookup = <T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> => Object.assign(Object.create(null) as Record<string, T>, entries)
