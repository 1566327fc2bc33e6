import type { PartitionBound } from '../sql/command'

/** A partition's bound as PostgreSQL prints it: `FOR VALUES IN (1, 2)`, `DEFAULT`. */
export function partitionBound(bound: PartitionBound): string {
  const list = (values: readonly { readonly sql: string }[]): string => values.map((value) => value.sql).join(', ')
  switch (bound.strategy) {
    case 'default':
      return 'DEFAULT'
    case 'list':
      return `FOR VALUES IN (${list(bound.values)})`
    case 'range':
      return `FOR VALUES FROM (${list(bound.from)}) TO (${list(bound.to)})`
    case 'hash':
      return `FOR VALUES WITH (modulus ${bound.modulus}, remainder ${bound.remainder})`
  }
}
