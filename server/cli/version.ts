import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of the package this program lies in; it is one folder below, as a bundle in `out`. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { readonly version: string }
  return manifest.version
}
