import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { window } from './window'

const extensionId = 'lockscope.lockscope'

describe('VS Code', () => {
  it('opens the folder of the run', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1)
  })

  it('knows the extension and can activate it', async () => {
    const extension = vscode.extensions.getExtension(extensionId)
    assert.ok(extension, `${extensionId} is not installed`)
    await extension.activate()
    assert.ok(extension.isActive)
  })

  it('shows a SQL document', async function () {
    const document = await vscode.workspace.openTextDocument({ language: 'sql', content: 'SELECT 1;\n' })
    await vscode.window.showTextDocument(document)
    assert.equal(vscode.window.activeTextEditor?.document, document)
    if (!window.hasHands) return this.skip()
    await window.waitFor('.view-line', { text: 'SELECT' })
  })
})
