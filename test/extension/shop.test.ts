import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { window } from './window'

const foreignKey = '0104_payments_belong_to_orders.sql'
const volatileDefault = '0103_payment_idempotency_key.sql'

/** The sample shop, as a person would work on it; the pictures of the README are made here. */
describe('The sample shop', () => {
  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    const samples = vscode.Uri.file(join(__dirname, '../../../samples'))
    for (const name of ['lockscope.snapshot.json', 'migrations']) await vscode.workspace.fs.copy(vscode.Uri.joinPath(samples, name), vscode.Uri.joinPath(folder(), name), { overwrite: true })
    await vscode.workspace.getConfiguration('editor').update('inlayHints.enabled', 'on', vscode.ConfigurationTarget.Global)
    await vscode.commands.executeCommand('notifications.clearAll')
    if (window.hasHands) await window.resize({ width: 1240, height: 600 })
  })

  it('marks the exact piece that hurts, with the lock, the table and the time', async () => {
    const { document } = await open(foreignKey)
    const [diagnostic] = await diagnosticsOf(document, (found) => found.length > 0)
    assert.ok(diagnostic)
    assert.equal(diagnostic.source, 'lockscope')
    assert.match(document.getText(diagnostic.range), /^(?:ADD )?CONSTRAINT payments_order_id_fkey FOREIGN KEY/)
    assert.match(diagnostic.message, /Blocks writes to `payments` and `orders` for .*(?:s|min)/)
    assert.equal(codeOf(diagnostic), 'long-lock')
  })

  it('shows all of it on the screen', async function () {
    if (!window.hasHands) return this.skip()
    await vscode.commands.executeCommand('workbench.action.closeSidebar')
    await window.useTheme('dark')
    await open(foreignKey)
    await window.waitFor('.squiggly-error, .squiggly-warning')
    await window.waitFor('.codelens-decoration', { text: 'statement' })
    await window.waitFor('.view-line', { text: 'SHARE ROW EXCLUSIVE · pay' })
    await window.hoverText('payments_order_id_fkey')
    await window.waitFor('.monaco-hover', { text: 'SHARE ROW EXCLUSIVE' })
    await window.screenshot('hover')
    await window.moveAway()
    await window.press('Escape')
  })

  it('finds what is being typed, and has the safe way for it', async function () {
    if (!window.hasHands) return this.skip()
    const { document, editor } = await open('0115_typed_by_hand.sql', '')
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '-- Who buys what.\n'))
    const end = document.lineAt(document.lineCount - 1).range.end
    editor.selection = new vscode.Selection(end, end)
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')
    await window.type('CREATE INDEX order_items_product ON order_items (product_id);')
    const [diagnostic] = await diagnosticsOf(document, (found) => found.some((one) => one.message.includes('Blocks writes')))
    assert.match(diagnostic!.message, /Blocks writes to `order_items` for/)
    await window.waitFor('.squiggly-error, .squiggly-warning')
    await window.screenshot('typed')

    editor.selection = new vscode.Selection(new vscode.Position(1, 10), new vscode.Position(1, 10))
    await window.press('Control+Period')
    await window.waitFor('.action-widget', { text: 'Build the index concurrently' })
    await window.screenshot('quick-fix')
    await window.press('Enter')
    await until(() => Promise.resolve(document.getText()), (text) => text.includes('CREATE INDEX CONCURRENTLY order_items_product ON order_items (product_id);'))
    await diagnosticsOf(document, (found) => found.length === 0)
    await window.screenshot('fixed')
  })

  it('applies the plan of a foreign key, is content with the result, and undoes it in one step', async () => {
    const { document } = await open(foreignKey)
    const original = document.getText()
    const [diagnostic] = await diagnosticsOf(document, (found) => found.length > 0)
    const actions = await actionsAt(document, diagnostic!.range)
    const fix = actions.find((action) => action.title.startsWith('Add the key unvalidated'))
    assert.ok(fix?.edit, `no fix among ${actions.map((action) => action.title).join(' | ')}`)
    assert.ok(fix.isPreferred)
    assert.ok(await vscode.workspace.applyEdit(fix.edit))
    assert.match(document.getText(), /NOT VALID;[^]*VALIDATE CONSTRAINT payments_order_id_fkey;/)
    await diagnosticsOf(document, (found) => found.length === 0)
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('undo')
    assert.equal(document.getText(), original)
  })

  it('lays out a staged plan as headed sections', async function () {
    const { document } = await open(volatileDefault)
    const found = await diagnosticsOf(document, (diagnostics) => diagnostics.length > 0)
    const rewrite = found.find((one) => codeOf(one) === 'long-lock')!
    const actions = await actionsAt(document, rewrite.range)
    const staged = actions.find((action) => action.edit && action.title.includes('stages'))
    assert.ok(staged?.edit, `no staged plan among ${actions.map((action) => action.title).join(' | ')}`)
    assert.ok(await vscode.workspace.applyEdit(staged.edit))
    assert.match(document.getText(), /-- expand[^]*SET DEFAULT gen_random_uuid\(\)[^]*-- migrate[^]*COMMIT;/i)
    if (window.hasHands) {
      await vscode.window.showTextDocument(document)
      await window.waitFor('.view-line', { text: 'DO' })
      await window.screenshot('staged')
    }
    await vscode.commands.executeCommand('workbench.action.files.revert')
  })
})

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri

/** Opens a migration of the sample folder; with a text, a new one. */
async function open(name: string, text?: string): Promise<{ document: vscode.TextDocument; editor: vscode.TextEditor }> {
  const uri = vscode.Uri.joinPath(folder(), 'migrations', name)
  if (text !== undefined) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text))
  const document = await vscode.workspace.openTextDocument(uri)
  return { document, editor: await vscode.window.showTextDocument(document) }
}

const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code)

async function diagnosticsOf(document: vscode.TextDocument, enough: (found: vscode.Diagnostic[]) => boolean): Promise<vscode.Diagnostic[]> {
  return until(() => Promise.resolve(vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === 'lockscope')), enough)
}

const actionsAt = (document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> =>
  until(() => vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range), (found) => found.some((action) => action.edit !== undefined))

/** Asks until the answer will do, for everything in an editor arrives in its own time. */
async function until<T>(ask: () => Thenable<T>, enough: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 15_000
  for (;;) {
    const answer = await ask()
    if (enough(answer)) return answer
    if (Date.now() > deadline) throw new Error(`Still not there after 15 s; the last answer: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
