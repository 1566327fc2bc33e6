import type { World } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { takeSnapshot } from '../../server/sources/postgres'
import type { Server } from './server'

/** A database of a running server, as the snapshot taken of it says. */
export const snapshotWorld = async (server: Server, database: string): Promise<World> => ({
  catalog: catalogFromSnapshot(await takeSnapshot({ url: server.url(database) })),
  calibration: assumedCalibration,
  sized: true,
})
