import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes a fresh VS Code profile that is quiet enough for pictures.
 *
 * @param {string} profile the folder to make
 * @param {Record<string, unknown>} extraSettings
 */
export async function makeProfile(profile, extraSettings) {
  await mkdir(join(profile, 'user/User'), { recursive: true })
  await mkdir(join(profile, 'extensions'), { recursive: true })
  const settings = { ...quietSettings, ...extraSettings }
  await writeFile(join(profile, 'user/User/settings.json'), JSON.stringify(settings, null, 2))
}

const quietSettings = {
  // Foreign entries would appear in the quick-fix menu.
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.enableExperiments': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'hidden',
  'breadcrumbs.enabled': false,
  'editor.minimap.enabled': false,
  'editor.scrollBeyondLastLine': false,
  'editor.fontFamily': "'DejaVu Sans Mono', monospace",
  'editor.fontSize': 13,
  'editor.cursorBlinking': 'solid',
  'editor.renderWhitespace': 'none',
  'editor.wordBasedSuggestions': 'off',
  'editor.occurrencesHighlight': 'off',
  'editor.accessibilitySupport': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'security.workspace.trust.enabled': false,
}
