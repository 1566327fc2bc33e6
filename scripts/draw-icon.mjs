// Draws docs/images/icon.png from icon.svg beside it; run it after changing the drawing.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { findChromium } from '../test/support/vscode/find-chromium.mjs'

const images = new URL('../docs/images/', import.meta.url)
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
const page = await browser.newPage({ viewport: { width: 128, height: 128 } })
await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${readFileSync(new URL('icon.svg', images), 'utf8')}`)
await page.screenshot({ path: fileURLToPath(new URL('icon.png', images)), omitBackground: true })
await browser.close()
