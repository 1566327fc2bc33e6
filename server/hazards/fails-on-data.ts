import type { Failure } from '../model/assessed'
import type { Finding, Severity } from '../model/finding'
import type { Hazard } from './hazard'

/** The statement ends in an error, on data there may be or whatever they are, and has mostly waited for its lock first. */
export const failsOnData: Hazard = {
  name: 'fails-on-data',
  title: 'Ends in an error',
  find: (assessed): readonly Finding[] =>
    assessed.fails.map((failure) => ({ hazard: 'fails-on-data', severity: severityOf(failure), span: failure.span, message: failure.sentence, related: [], ...(failure.refused && { refused: true as const }) })),
}

const severityOf = ({ certain, unlessRun }: Failure): Severity => (certain ? 'error' : unlessRun ? 'info' : 'warning')
