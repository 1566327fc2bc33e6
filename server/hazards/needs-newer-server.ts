import type { Finding } from '../model/finding'
import type { Hazard } from './hazard'

/** The statement says what only servers of a later release understand. */
export const needsNewerServer: Hazard = {
  name: 'needs-newer-server',
  title: 'Needs a newer server',
  find: (assessed): readonly Finding[] =>
    assessed.needs.map(({ what, since, version, span }) => ({
      hazard: 'needs-newer-server',
      severity: 'error',
      span,
      message: `Needs PostgreSQL ${since} (${what}), and the server is PostgreSQL ${version}: it refuses the statement.`,
      related: [],
    })),
}
