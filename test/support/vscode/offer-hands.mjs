import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { takePicture, windowSize } from './open-window.mjs'

/**
 * Listens on the loopback address for what a suite asks of the window: one POST per action, its arguments as a JSON list.
 * The suite's side is `test/extension/window.ts`.
 *
 * @param {object} options
 * @param {string} options.screenshots the folder for pictures
 * @param {(line: string) => void} options.log
 * @returns {Promise<{ origin: string, attach: (page: import('playwright-core').Page) => void, close: () => void }>}
 */
export async function offerHands({ screenshots, log }) {
  let attach
  const attached = new Promise((resolve) => (attach = resolve))
  const server = createServer(async (request, response) => {
    try {
      const name = request.url.slice(1)
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (!action) throw new Error(`The window has no action "${name}".`)
      const args = JSON.parse(await bodyOf(request))
      const value = await action({ page: await attached, screenshots, log }, ...args)
      response.end(JSON.stringify({ value }))
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify({ error: error.message }))
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, attach, close }
}

/** Without an own limit an action gives up before the suite's test does, and so can say what it waited for. */
const actionLimitMs = 20_000

const actions = {
  async screenshot({ page, screenshots, log }, name, { size, selector, padding = 0 } = {}) {
    await mkdir(screenshots, { recursive: true })
    const path = join(screenshots, `${name}.png`)
    if (size) await page.setViewportSize(size)
    await settle(page)
    const clip = selector ? await boxOf(page, selector, padding) : undefined
    await takePicture(page, { path, ...(clip ? { clip } : {}) })
    if (size) await page.setViewportSize(windowSize)
    log(`    picture ${path}`)
    return path
  },

  async resize({ page }, size) {
    await page.setViewportSize(size)
    await settle(page)
  },

  async type({ page }, text) {
    await page.keyboard.type(text, { delay: 20 })
  },

  async press({ page }, keys) {
    await page.keyboard.press(keys)
  },

  async click({ page }, selector, { button = 'left', timeoutMs = actionLimitMs } = {}) {
    await first(page, selector).click({ button, timeout: timeoutMs })
  },

  async hover({ page }, selector, { timeoutMs = actionLimitMs } = {}) {
    await first(page, selector).hover({ timeout: timeoutMs })
  },

  async hoverText({ page }, text, { timeoutMs = actionLimitMs } = {}) {
    const { x, y } = await placeOf(page, text, timeoutMs)
    // A hover opens on movement, and a pointer that is already there does not move.
    await page.mouse.move(x + 3, y + 3)
    await page.mouse.move(x, y, { steps: 3 })
  },

  async clickText({ page }, text, { timeoutMs = actionLimitMs } = {}) {
    const { x, y } = await placeOf(page, text, timeoutMs)
    await page.mouse.click(x, y)
  },

  async moveAway({ page }) {
    const { width, height } = page.viewportSize()
    await page.mouse.move(width - 2, height - 2)
  },

  async waitFor({ page }, selector, { text, state = 'visible', timeoutMs = actionLimitMs } = {}) {
    const found = page.locator(selector).filter(text === undefined ? {} : { hasText: text })
    if (state === 'visible') await found.filter({ visible: true }).first().waitFor({ timeout: timeoutMs })
    else await untilGone(found.filter({ visible: true }), selector, timeoutMs)
  },

  async textOf({ page }, selector, { timeoutMs = actionLimitMs } = {}) {
    return plain(await first(page, selector).innerText({ timeout: timeoutMs }))
  },

  async textsOf({ page }, selector) {
    const texts = await page.locator(selector).filter({ visible: true }).allInnerTexts()
    return texts.map(plain)
  },
}

function first(page, selector) {
  return page.locator(selector).filter({ visible: true }).first()
}

async function untilGone(found, selector, timeoutMs) {
  const deadline = Date.now() + timeoutMs
  while ((await found.count()) > 0) {
    if (Date.now() > deadline) throw new Error(`${selector} is still there after ${timeoutMs} ms.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The editor renders spaces as no-break spaces. */
function plain(text) {
  return text.replaceAll('\u00a0', ' ').replaceAll('\u200b', '').trim()
}

/** The middle of a text in the lines that an editor shows; words are not elements of their own there. */
async function placeOf(page, text, timeoutMs) {
  const handle = await page
    .waitForFunction(
      (wanted) => {
        for (const line of document.querySelectorAll('.monaco-editor .view-line')) {
          const at = line.textContent.replaceAll('\u00a0', ' ').indexOf(wanted)
          if (at < 0) continue
          const range = document.createRange()
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
          const middle = at + Math.floor(wanted.length / 2)
          for (let seen = 0, node = walker.nextNode(); node; seen += node.length, node = walker.nextNode()) {
            if (middle >= seen + node.length) continue
            range.setStart(node, middle - seen)
            range.setEnd(node, middle - seen + 1)
            const box = range.getBoundingClientRect()
            if (box.width > 0) return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
            break
          }
        }
        return undefined
      },
      text,
      { timeout: timeoutMs },
    )
    .catch(() => {
      throw new Error(`No editor shows ${JSON.stringify(text)} after ${timeoutMs} ms.`)
    })
  return handle.jsonValue()
}

async function boxOf(page, selector, padding) {
  const box = await first(page, selector).boundingBox()
  if (!box) throw new Error(`There is no ${selector} to take a picture of.`)
  const { width, height } = page.viewportSize()
  const x = Math.max(0, box.x - padding)
  const y = Math.max(0, box.y - padding)
  return {
    x,
    y,
    width: Math.min(width, box.x + box.width + padding) - x,
    height: Math.min(height, box.y + box.height + padding) - y,
  }
}

/** The workbench lays itself out in steps after a change of size and fades its menus in. */
async function settle(page) {
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await page.waitForTimeout(400)
}

async function bodyOf(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return body
}
