import type { Finding } from '../model/finding'
import type { Hazard } from './hazard'

/** A statement, or a part of one, that we could not read: nothing is known of what it does. */
export const unread: Hazard = {
  name: 'unread',
  title: 'Not analysed',
  find: (assessed): readonly Finding[] => assessed.unread.map((one) => ({ hazard: 'unread', severity: 'warning', span: one.span, message: `Not analysed: ${one.reason}`, related: [] })),
}
