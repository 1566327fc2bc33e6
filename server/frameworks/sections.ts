import type { Fragment } from '../model/migration'
import type { Sections } from './tool'

/** What of the file is the migration: the parts that make the change, as they stand. */
export function upSections(text: string, { up, down }: Sections): readonly Fragment[] {
  const marks = [...(up ? places(text, up) : [0]).map((at) => ({ at, isUp: true })), ...places(text, down).map((at) => ({ at, isUp: false }))].sort((a, b) => a.at - b.at)
  return marks.flatMap(({ at, isUp }, index): Fragment[] => (isUp ? [{ sql: text.slice(at, marks[index + 1]?.at ?? text.length), start: at }] : []))
}

const places = (text: string, marker: RegExp): readonly number[] => [...text.matchAll(new RegExp(marker.source, `${marker.flags}g`))].map((match) => match.index)
