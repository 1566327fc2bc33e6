import type { Assessed, Traffic } from '../model/assessed'
import { formatCount, formatMs, listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { code } from './markdown'
import { effectsOnOthers, tableOf, works } from './summary'

/** Who piles up while the statement works, as far as the snapshot tells how much its tables are used and by what; each a sentence. */
export const queue = (assessed: Assessed): readonly string[] => [...arrivals(assessed), ...frequentest(assessed)]

function arrivals(assessed: Assessed): readonly string[] {
  const { duration, freeConnections } = assessed
  if (!duration || !works(assessed)) return []
  const stopped = new Map<RelationName, { readonly traffic: Traffic; reads: boolean; writes: boolean }>()
  for (const effect of effectsOnOthers(assessed)) {
    if (effect.brief || !effect.traffic || !(effect.blocks.reads || effect.blocks.writes)) continue
    const known = stopped.get(tableOf(effect))
    stopped.set(tableOf(effect), { traffic: effect.traffic, reads: effect.blocks.reads || (known?.reads ?? false), writes: effect.blocks.writes || (known?.writes ?? false) })
  }
  let perSecond = 0
  const parts = [...stopped].flatMap(([table, { traffic, reads, writes }]) => {
    // A change begins with a scan that finds the row, so where both stop the scans count both.
    const rate = reads ? Math.max(traffic.scansPerSecond, traffic.changesPerSecond) : writes ? traffic.changesPerSecond : 0
    perSecond += rate
    const waiting = (rate * duration.expectedMs) / 1000
    return waiting < 1 ? [] : [`about ${formatCount(Math.round(waiting))} ${reads ? 'queries' : 'row changes'} of ${code(shortName(table))} (${formatRate(rate)} on average)`]
  })
  if (parts.length === 0) return []
  const full = freeConnections === undefined ? '' : ` Each waits on a connection of its own, of which the server of the snapshot had ${formatCount(freeConnections)} free: taken up after ${formatMs((freeConnections / perSecond) * 1000)} at this rate.`
  return [`**Meanwhile** there come ${listWords(parts)}.${full}`]
}

const mostQueries = 3
const queryLength = 100

/** The statements of applications that come most often of those that have to wait. */
function frequentest(assessed: Assessed): readonly string[] {
  if (!works(assessed)) return []
  const stopped = effectsOnOthers(assessed).filter((effect) => !effect.brief && (effect.blocks.reads || effect.blocks.writes))
  const waiting = new Set(stopped.flatMap(({ queries = [], blocks }) => queries.filter(({ changes }) => blocks.reads || changes)))
  if (waiting.size === 0) return []
  const shown = [...waiting].sort((a, b) => b.perSecond - a.perSecond).slice(0, mostQueries)
  return [['**What waits**, by how often it comes:', '', ...shown.map(({ text, perSecond }) => `- ${code(text.length > queryLength ? `${text.slice(0, queryLength)}…` : text)} (${formatRate(perSecond)})`)].join('\n')]
}

const formatRate = (perSecond: number): string => (perSecond >= 1 ? `${formatCount(Math.round(perSecond))} a second` : `${formatCount(Math.max(1, Math.round(perSecond * 60)))} a minute`)
