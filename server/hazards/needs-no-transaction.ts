import type { Finding } from '../model/finding'
import type { Hazard } from './hazard'

/** The server refuses the statement inside a transaction block. */
export const needsNoTransaction: Hazard = {
  name: 'needs-no-transaction',
  title: 'Cannot run inside a transaction block',

  find(assessed): readonly Finding[] {
    if (assessed.transactionBlock === 'allowed' || !assessed.block) return []
    return [
      {
        hazard: 'needs-no-transaction',
        severity: 'error',
        span: assessed.operations[0]?.span ?? { start: 0, end: assessed.sql.length },
        message: assessed.block.implicit
          ? `The server refuses this inside a transaction block, and ${assessed.block.tool} runs the file in one: move it to a file that runs without.`
          : 'The server refuses this inside a transaction block: move it out, or commit before it.',
        related: assessed.block.implicit ? [] : [{ ordinal: 0, message: 'The transaction block begins here' }],
      },
    ]
  },
}
