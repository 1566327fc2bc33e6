import * as vscode from 'vscode'

/** Shows a page of the packaged documentation, `hazards/long-lock` or `operations/create-index`, as rendered Markdown. */
export async function openPage(context: vscode.ExtensionContext, page: unknown): Promise<void> {
  // The name comes from a link, so it must not lead anywhere but to a page.
  if (typeof page !== 'string' || !/^(?:hazards|operations)\/[a-z-]+$/.test(page)) throw new Error(`Lockscope has no page ${JSON.stringify(page)}.`)
  const uri = vscode.Uri.joinPath(context.extensionUri, 'server', `${page}.md`)
  await vscode.commands.executeCommand('markdown.showPreviewToSide', uri)
}
