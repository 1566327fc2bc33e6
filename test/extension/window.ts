import * as vscode from 'vscode'
import { print } from './print'

/**
 * The hands and eyes of a person at the window, for what the extension API cannot do or see.
 *
 * Selectors are Playwright's: CSS, `text=…`, `:has-text("…")`; of several matches the first visible one is meant.
 * An action waits up to 20 s for its target and fails with what it waited for.
 * The desktop VS Code has no hands: check `hasHands` and leave the test out; only pictures are passed over by themselves.
 */
export const window = {
  hasHands: origin() !== undefined,

  /** Writes `<name>.png` into the folder of the run, at two pixels per CSS pixel. */
  async screenshot(name: string, options: Picture = {}): Promise<void> {
    if (!window.hasHands) {
      print(`    no picture "${name}": the desktop VS Code has no page`)
      return
    }
    await ask('screenshot', name, options)
  },

  async useTheme(theme: 'light' | 'dark'): Promise<void> {
    const name = theme === 'dark' ? 'Default Dark Modern' : 'Default Light Modern'
    const settings = vscode.workspace.getConfiguration('workbench')
    await settings.update('colorTheme', name, vscode.ConfigurationTarget.Global)
    if (window.hasHands) await window.waitFor(theme === 'dark' ? '.monaco-workbench.vs-dark' : '.monaco-workbench.vs')
  },

  /** Stays until the next call; windows start at 1280 × 800 CSS pixels. */
  async resize(size: Size): Promise<void> {
    await ask('resize', size)
  },

  /** Types into whatever has the focus. */
  async type(text: string): Promise<void> {
    await ask('type', text)
  },

  /** One chord as in `Control+Period`, `Escape`, `ArrowDown`. */
  async press(keys: string): Promise<void> {
    await ask('press', keys)
  },

  async click(selector: string, options: { button?: 'left' | 'right' } & Patience = {}): Promise<void> {
    await ask('click', selector, options)
  },

  /** Clicks the middle of a text that a visible editor line contains. */
  async clickText(text: string, options: Patience = {}): Promise<void> {
    await ask('clickText', text, options)
  },

  async hover(selector: string, options: Patience = {}): Promise<void> {
    await ask('hover', selector, options)
  },

  /** Points at the middle of a text that a visible editor line contains. */
  async hoverText(text: string, options: Patience = {}): Promise<void> {
    await ask('hoverText', text, options)
  },

  /** Moves the pointer to where it opens nothing. */
  async moveAway(): Promise<void> {
    await ask('moveAway')
  },

  async waitFor(selector: string, options: { text?: string } & Patience = {}): Promise<void> {
    await ask('waitFor', selector, options)
  },

  async waitUntilGone(selector: string, options: { text?: string } & Patience = {}): Promise<void> {
    await ask('waitFor', selector, { ...options, state: 'hidden' })
  },

  async textOf(selector: string, options: Patience = {}): Promise<string> {
    return String(await ask('textOf', selector, options))
  },

  /** What is visible now, without waiting. */
  async textsOf(selector: string): Promise<readonly string[]> {
    const texts = await ask('textsOf', selector)
    return Array.isArray(texts) ? texts.map(String) : []
  },
}

/** In CSS pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

export interface Picture {
  /** The window has this size for the picture only. */
  readonly size?: Size
  /** Only this element. */
  readonly selector?: string
  /** Around the element, in CSS pixels. */
  readonly padding?: number
}

export interface Patience {
  readonly timeoutMs?: number
}

function origin(): string | undefined {
  return process.env['LOCKSCOPE_SUITE_WINDOW']
}

async function ask(action: string, ...args: readonly unknown[]): Promise<unknown> {
  const address = origin()
  if (address === undefined) throw new Error(`The desktop VS Code has no hands for "${action}".`)
  const response = await fetch(`${address}/${action}`, { method: 'POST', body: JSON.stringify(args) })
  const answer = (await response.json()) as { value?: unknown; error?: string }
  if (answer.error !== undefined) throw new Error(`${action} ${JSON.stringify(args)}: ${answer.error}`)
  return answer.value
}
