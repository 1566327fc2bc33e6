import { quoteIdentifier } from '../model/name'
import type { GrantSnapshot } from '../model/snapshot'

/** The statement that gives rights again. `columns` goes behind each of them: ` (a)`, or nothing. */
export const grantText = ({ to, privileges, grantable }: GrantSnapshot, columns: string, on: string, cased: (text: string) => string): string =>
  `GRANT ${privileges.map((one) => `${one}${columns}`).join(', ')} ${cased('ON')} ${on} ${cased('TO')} ${to === undefined ? 'PUBLIC' : quoteIdentifier(to)}${grantable ? cased(' WITH') + ' GRANT OPTION' : ''};`
