import type { TextEdit } from 'vscode-languageserver-types'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { analyse } from '../../server/analyse'
import type { View } from '../../server/editor/view'
import { read } from '../../server/frameworks/sql'
import { defaultPolicy } from '../../server/model/policy'
import type { Snapshot } from '../../server/model/snapshot'
import { worldFrom } from '../../server/world'

/** A shop: two large tables, a small one. */
export const shop: Snapshot = {
  version: 1,
  takenAt: '2026-01-01T00:00:00Z',
  complete: true,
  tables: {
    orders: {
      rows: 52_000_000,
      columns: [
        { name: 'id', type: 'bigint', notNull: true },
        { name: 'customer_id', type: 'bigint', averageWidth: 8 },
        { name: 'status', type: 'text', averageWidth: 8 },
        { name: 'total', type: 'numeric', averageWidth: 6 },
      ],
      constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }],
    },
    customers: {
      rows: 8_000_000,
      columns: [
        { name: 'id', type: 'bigint', notNull: true },
        { name: 'email', type: 'text', averageWidth: 24 },
      ],
      constraints: [{ name: 'customers_pkey', type: 'primary-key', columns: ['id'] }],
    },
    settings: { rows: 40, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'name', type: 'text' }] },
    'public."a|b`c"': { rows: 9_000_000, columns: [{ name: 'x', type: 'text' }] },
  },
}

export interface Surroundings {
  readonly snapshot?: Snapshot | null
  readonly transaction?: 'statement' | 'file'
  readonly hasCommands?: boolean
}

export function makeView(text: string, { snapshot = shop, transaction = 'statement', hasCommands = false }: Surroundings = {}): View {
  const known = snapshot ?? undefined
  const world = worldFrom(known)
  const analysis = analyse(read('a.sql', text, transaction), text, world, defaultPolicy)
  return { uri: 'file:///a.sql', text, analysis, ...(known && { snapshot: { name: 'prod', ...(known.takenAt !== undefined && { takenAt: known.takenAt }) } }), page: (page) => `page:${page}`, hasCommands }
}

export const applyEdits = (text: string, edits: readonly TextEdit[]): string => TextDocument.applyEdits(TextDocument.create('file:///a.sql', 'sql', 1, text), [...edits])

/** The text with `|` at the place taken out, and the place. */
export function cursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('¦')
  return { text: marked.replace('¦', ''), offset }
}
