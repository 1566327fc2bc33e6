import { chromium } from 'playwright-core'

/**
 * Opens a page as the window of a browser-hosted VS Code.
 *
 * @param {object} options
 * @param {string} options.chromiumPath
 * @param {string} options.url
 * @param {(type: string, args: readonly unknown[]) => void} options.onLog what the workbench and the suite print
 * @returns {Promise<{ page: import('playwright-core').Page, exited: Promise<number>, lost: Promise<string>, close: () => Promise<void> }>}
 *   `exited` gives the exit code of a suite, `lost` says why the window went away
 */
export async function openWindow({ chromiumPath, url, onLog }) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: flags })
  const page = await browser.newPage({ viewport: windowSize, deviceScaleFactor: 2 })
  // The workbench calls these two by name when it was told to run a suite.
  const exited = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve))
  await page.exposeFunction('codeAutomationLog', onLog)
  const lost = new Promise((resolve) => {
    page.once('crash', () => resolve('the page crashed'))
    browser.once('disconnected', () => resolve('the browser went away'))
  })
  await page.goto(url)
  return { page, exited, lost, close: () => browser.close() }
}

/** In CSS pixels; pictures have twice as many each way. */
export const windowSize = { width: 1280, height: 800 }

/**
 * @param {import('playwright-core').Page} page
 * @param {{ path: string, clip?: { x: number, y: number, width: number, height: number } }} options
 */
export async function takePicture(page, options) {
  await page.screenshot({ ...options, style: `${noise} { display: none !important; }` })
}

/** Says nothing about the extension, and differs from one machine to another. */
const noise = ['[id="status.host"]', '[id="status.forwardedPorts"]', '[id="status.editor.keyboardLayout"]', '[id="status.workbench.keyboardLayout"]'].join()

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
