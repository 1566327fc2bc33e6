import { strict as assert } from 'node:assert'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { window } from './window'

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri
const inFolder = (path: string): vscode.Uri => vscode.Uri.joinPath(folder(), path)

const snapshot = {
  version: 1,
  database: 'library',
  takenAt: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  tables: { author: { rows: 2_000_000 }, book: { rows: 40_000_000 } },
}

async function until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`Did not happen within 20 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const ours = (document: vscode.TextDocument): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === 'lockscope')
const hazardOf = (diagnostic: vscode.Diagnostic): unknown => (typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code)

const show = async (content: string): Promise<vscode.TextDocument> => {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content })
  await vscode.window.showTextDocument(document)
  return document
}

const findingIn = (document: vscode.TextDocument, message: RegExp): Promise<vscode.Diagnostic> =>
  until(`a finding ${message} in ${JSON.stringify(document.getText())}, there are ${ours(document).map((one) => one.message).join(' | ')}`, () => ours(document).find((one) => message.test(one.message)))

const clean = (document: vscode.TextDocument): Promise<true> => until(`no finding in ${document.getText()}`, () => (ours(document).length === 0 ? true : undefined))

const actionsAt = (document: vscode.TextDocument, range: vscode.Range, kind?: string): Thenable<vscode.CodeAction[]> =>
  vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, kind, 10)

const createIndex = 'CREATE INDEX book_title ON book (title);\n'

describe('Lockscope in VS Code', () => {
  before(async () => {
    await vscode.workspace.fs.writeFile(inFolder('lockscope.snapshot.json'), Buffer.from(JSON.stringify(snapshot)))
  })

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    await vscode.workspace.fs.delete(inFolder('lockscope.snapshot.json'))
  })

  it('underlines, hints, sums up and explains a migration', async () => {
    const document = await vscode.workspace.openTextDocument(inFolder('migrations/0002_add_book_author_key.sql'))
    await vscode.window.showTextDocument(document)
    const finding = await findingIn(document, /^Blocks writes to `book` and `author` for /)
    assert.equal(hazardOf(finding), 'long-lock')
    assert.equal(document.getText(finding.range).startsWith('CONSTRAINT') || document.getText(finding.range).includes('FOREIGN KEY'), true, document.getText(finding.range))

    const whole = new vscode.Range(0, 0, document.lineCount, 0)
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole)
    assert.match(String(hints[0]?.label), /^SHARE ROW EXCLUSIVE · book \+1 · ~/)
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10)
    assert.match(lenses[0]!.command!.title, /^1 statement · 1 finding · worst: SHARE ROW EXCLUSIVE on book .* · snapshot library, 3 days old$/)
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, new vscode.Position(0, 3))
    const hover = hovers.flatMap((one) => one.contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n')
    assert.match(hover, /blocks writes to `book` and `author`/)
    assert.match(hover, /\(command:lockscope\.openPage\?/)
  })

  it('finds while a person types, and shows it', async function () {
    if (!window.hasHands) return this.skip()
    const document = await show('')
    await window.type('CREATE INDEX book_title ON book (title);')
    await findingIn(document, /^Blocks writes to `book` for /)
    await window.waitFor('.squiggly-error')
    await window.waitFor('.codelens-decoration', { text: 'worst: SHARE on book' })
    await window.waitFor('.statusbar-item', { text: 'library · 3 days old' })
  })

  it('turns a statement into its safe equivalent, and then finds nothing', async () => {
    const document = await show(createIndex)
    const finding = await findingIn(document, /^Blocks writes/)
    const fix = (await actionsAt(document, finding.range)).find((action) => action.isPreferred)
    assert.ok(fix?.edit)
    assert.ok(await vscode.workspace.applyEdit(fix.edit))
    assert.equal(document.getText(), 'CREATE INDEX CONCURRENTLY book_title ON book (title);\n')
    await clean(document)
  })

  it('allows with a reason, written where the cursor is put', async function () {
    const document = await show(`  ${createIndex}`)
    const finding = await findingIn(document, /^Blocks writes/)
    const allow = (await actionsAt(document, finding.range)).find((action) => action.title.startsWith('Allow long-lock'))
    assert.ok(allow?.edit)
    assert.ok(await vscode.workspace.applyEdit(allow.edit))
    assert.equal(document.getText(), `  -- lockscope: allow long-lock because \n  ${createIndex}`)
    await findingIn(document, /^Blocks writes/)
    const { active } = vscode.window.activeTextEditor!.selection
    assert.deepEqual([active.line, active.character], [0, document.lineAt(0).text.length])
    await vscode.commands.executeCommand('type', { text: 'nobody writes at night' })
    await clean(document)
  })

  it('fixes all of a file, as on save', async () => {
    const document = await show(createIndex + 'CREATE INDEX author_name ON author (name);\n')
    await findingIn(document, /`author`/)
    await vscode.commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.lockscope', apply: 'first' })
    await until('both rewritten', () => (document.getText().match(/CONCURRENTLY/g)?.length === 2 ? true : undefined))
    await clean(document)
  })

  it('opens the safe plan beside', async () => {
    const document = await show(createIndex)
    await findingIn(document, /^Blocks writes/)
    await vscode.commands.executeCommand('lockscope.previewPlan')
    const preview = await until('a preview', () => vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === 'lockscope-plan'))
    assert.match(preview.document.getText(), /CREATE INDEX CONCURRENTLY book_title ON book \(title\);/)
    assert.equal(preview.document.languageId, 'sql')
    await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups')
  })

  it('opens the page of a hazard', async () => {
    await vscode.commands.executeCommand('lockscope.openPage', 'hazards/long-lock')
    await until('the page', () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).find((tab) => tab.label.includes('long-lock')))
    await assert.rejects(async () => vscode.commands.executeCommand('lockscope.openPage', '../../package'))
  })

  it('follows the settings and the snapshot', async () => {
    const document = await show(createIndex)
    await findingIn(document, /for \d/)
    await vscode.commands.executeCommand('lockscope.clearSnapshot')
    assert.equal(vscode.workspace.getConfiguration('lockscope').get('snapshot'), '')
    await findingIn(document, /size is not known/)
    if (window.hasHands) await window.waitFor('.statusbar-item', { text: 'no snapshot' })
    await vscode.workspace.getConfiguration('lockscope').update('snapshot', undefined, vscode.ConfigurationTarget.Workspace)
    await findingIn(document, /for \d/)
    await vscode.workspace.fs.writeFile(inFolder('lockscope.snapshot.json'), Buffer.from(JSON.stringify({ ...snapshot, tables: { book: { rows: 20 } } })))
    await clean(document)
    await vscode.workspace.fs.writeFile(inFolder('lockscope.snapshot.json'), Buffer.from(JSON.stringify(snapshot)))
    await findingIn(document, /for \d/)
  })

  it('comes back after a restart', async () => {
    const document = await show(createIndex)
    await findingIn(document, /^Blocks writes/)
    await vscode.commands.executeCommand('lockscope.restart')
    await vscode.workspace.applyEdit(edit(document, '-- again\n'))
    await findingIn(document, /^Blocks writes/)
  })
})

function edit(document: vscode.TextDocument, text: string): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit()
  result.insert(document.uri, new vscode.Position(0, 0), text)
  return result
}
