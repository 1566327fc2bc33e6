import { readdirSync, readFileSync } from 'node:fs'
import type { World } from '../../server/analyse'
import { otherStatements, tableStatements } from '../server/sql/statements'
import { openPage, pageNames } from '../support/document'
import type { Case } from '../support/document'
import { givenWorld } from '../support/engine'

/** A text to start from, and the database that it is for. */
export interface BaseText {
  readonly sql: string
  readonly world: () => World
}

/** The cases of every page, on what the page is given, and statements of the shapes that migrations have, on what some page is given. */
export function baseTexts(): readonly BaseText[] {
  const cases = pageNames('operations').flatMap((name) => openPage('operations', name).cases)
  const hazards = pageNames('hazards').flatMap((name) => openPage('hazards', name).cases)
  const samples = readdirSync(samplesFolder).filter((name) => name.endsWith('.sql')).map((name) => readFileSync(new URL(name, samplesFolder), 'utf8'))
  const worlds = cases.map(worldOf)
  return [
    ...[...cases, ...hazards].map((one): BaseText => ({ sql: one.sql, world: worldOf(one) })),
    ...[...tableStatements, ...otherStatements, ...samples].map((sql, index): BaseText => ({ sql, world: worlds[(index * 7) % worlds.length]! })),
  ]
}

const samplesFolder = new URL('../../samples/migrations/', import.meta.url)

const worldOf = (one: Case) => (): World => givenWorld(one.given?.text ?? '', one.version).world
