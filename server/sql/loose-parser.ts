type LooseParser = typeof import('pgsql-ast-parser')

let loaded: LooseParser | undefined

/** Reading the package's grammar takes longer than all else at the start, so it waits until something is to be parsed. */
export const loadLooseParser = (): Promise<void> =>
  import('pgsql-ast-parser').then((module) => {
    loaded = module
  })

/** The hand-written parser of expressions: see `gatedTree` for how far it is trusted. */
export const looseParser = (): LooseParser => {
  if (loaded === undefined) throw new Error('The parser of expressions is used before loadParser() has ended.')
  return loaded
}
