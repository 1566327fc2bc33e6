import { formatCount, formatMs } from '../../../server/model/format'
import type { Accuracy, Measurement, Score } from './accuracy'
import { leastMs, percent, scoreOf } from './accuracy'

/** The page that publishes a run: how near the durations were, on which machine, statement by statement. */
export function accuracyPage(result: Accuracy): string {
  const { machine, server, settings, measuredAt, toldAgain, calibration, measurements } = result
  const shapes = [...new Set(measurements.map(({ shape }) => shape))]
  const line = (name: string, { measurements: count, withinTwo, withinFour, medianFactor, insideRange, medianWidth }: Score): string =>
    `| ${name} | ${count} | ${percent(withinTwo)} | ${percent(withinFour)} | ${medianFactor.toFixed(2)} | ${percent(insideRange)} | ${medianWidth.toFixed(1)} |`
  const head = ['| | measurements | within 2× | within 4× | median factor | inside the range | median width |', '|---|---|---|---|---|---|---|']
  const counted = measurements.filter(({ actualMs }) => actualMs >= leastMs)
  return `${[
    '# How near the durations are',
    '',
    `Each statement ran on a real server, and beside what it took stands what was said before, from a snapshot of that server.`,
    `Counted is what took ${leastMs} ms and more; the factor is by how much the expected time is off, up or down; the range is *low* to *high*, and its width is high ÷ low.`,
    '',
    `- Machine: ${machine}.`,
    `- Server: PostgreSQL ${server} with ${Object.entries(settings).map(([name, value]) => `\`${name} = ${value}\``).join(', ')}.`,
    `- Measured ${measuredAt}; calibrated before by \`lockscope calibrate\` in ${calibration.seconds} s from ${calibration.timings} timings.`,
    ...(toldAgain ? ['- What is said was told anew, by a later model, from the snapshots and the calibration that were kept of that run.'] : []),
    '- Written by `npm run bench:accuracy`, which measures it anew.',
    '',
    ...head,
    line('calibrated', scoreOf(measurements, 'calibrated')),
    line('not calibrated', scoreOf(measurements, 'assumed')),
    '',
    '![Each statement: what it took against what was said, with its range; the band is a factor of two](images/accuracy.svg)',
    '',
    '## By table',
    '',
    'With calibration.',
    '',
    ...head,
    ...shapes.map((shape) => line(shape, scoreOf(measurements.filter((one) => one.shape === shape), 'calibrated'))),
    '',
    '## Every statement',
    '',
    '| table | rows | statement | took | said | range | factor | without calibration |',
    '|---|---|---|---|---|---|---|---|',
    ...counted.map(row),
  ].join('\n')}\n`
}

const row = ({ shape, rows, sql, inBatches, actualMs, calibrated, assumed }: Measurement): string =>
  `| ${[shape, formatCount(rows), `\`${sql.replaceAll('|', '\\|')}\`${inBatches ? ' in batches, as planned' : ''}`, formatMs(actualMs), formatMs(calibrated.expectedMs), `${formatMs(calibrated.lowMs)} – ${formatMs(calibrated.highMs)}`, (calibrated.expectedMs / actualMs).toFixed(2), formatMs(assumed.expectedMs)].join(' | ')} |`

const size = { width: 720, height: 720, margin: 84 }

/** Both axes are logarithmic. */
export function accuracyPicture({ measurements }: Accuracy): string {
  const counted = measurements.filter(({ actualMs }) => actualMs >= leastMs)
  const all = counted.flatMap(({ actualMs, calibrated }) => [actualMs, calibrated.expectedMs])
  const [from, to] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))]
  // A range may go on beyond the picture.
  const part = (ms: number): number => Math.min(1, Math.max(0, (Math.log10(ms) - from) / (to - from)))
  const x = (ms: number): string => (size.margin + part(ms) * (size.width - 2 * size.margin)).toFixed(1)
  const y = (ms: number): string => (size.height - size.margin - part(ms) * (size.height - 2 * size.margin)).toFixed(1)
  const [least, most] = [10 ** from, 10 ** to]
  const decades = Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at))
  const line = (points: readonly (readonly [number, number])[]): string => points.map(([a, b]) => `${x(a)},${y(b)}`).join(' ')
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    `<polygon points="${line([[least, least], [least, 2 * least], [most / 2, most], [most, most], [most, most / 2], [2 * least, least]])}" fill="#dcebf7"/>`,
    ...decades.flatMap((ms) => [
      `<line x1="${x(ms)}" y1="${y(least)}" x2="${x(ms)}" y2="${y(most)}" stroke="#d5d5d5"/>`,
      `<line x1="${x(least)}" y1="${y(ms)}" x2="${x(most)}" y2="${y(ms)}" stroke="#d5d5d5"/>`,
      `<text x="${x(ms)}" y="${size.height - size.margin + 20}" text-anchor="middle" fill="#333333">${formatMs(ms)}</text>`,
      `<text x="${size.margin - 8}" y="${y(ms)}" dy="4" text-anchor="end" fill="#333333">${formatMs(ms)}</text>`,
    ]),
    `<polyline points="${line([[least, least], [most, most]])}" stroke="#5b8db8" fill="none"/>`,
    ...counted.map(({ actualMs, calibrated }) => `<line x1="${x(actualMs)}" y1="${y(calibrated.lowMs)}" x2="${x(actualMs)}" y2="${y(calibrated.highMs)}" stroke="#16283c" stroke-opacity="0.25"/>`),
    ...counted.map(({ actualMs, calibrated }) => `<circle cx="${x(actualMs)}" cy="${y(calibrated.expectedMs)}" r="4" fill="#16283c" fill-opacity="0.75"/>`),
    `<text x="${size.width / 2}" y="${size.height - 20}" text-anchor="middle" fill="#333333">took</text>`,
    `<text x="18" y="${size.height / 2}" text-anchor="middle" fill="#333333" transform="rotate(-90 18 ${size.height / 2})">said, with its range</text>`,
    '</svg>',
  ].join('\n')}\n`
}
