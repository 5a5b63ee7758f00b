// node scripts/walkthrough.mjs [dark] [light]: the pictures of the walkthrough, editor-client/media/walkthrough, dark and light, taken from the real editor.
// They are drawn at their size, so that they stay small and sharp.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { main } from './failure.mjs';
import { client } from './paths.mjs';
import { prepareEditor } from './real-editor.mjs';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };
const folder = path.join(client, 'media', 'walkthrough');

const notebook = {
  version: 1,
  cells: [
    { kind: 'markdown', text: ['## Storms of Texas', '', 'Which kinds come most often?'] },
    { kind: 'kql', text: ['StormEvents', '| where State == "TEXAS"', '| summarize Events = count() by EventType', '| top 4 by Events'] },
  ],
};

await main('walkthrough', async (wanted) => {
  await prepareEditor();
  mkdirSync(folder, { recursive: true });
  for (const name of wanted.length > 0 ? wanted : Object.keys(themes)) {
    await take(name);
  }
});

async function take(name) {
  const { Editor } = await import('../editor-client/test/browser/editor.mjs');
  const editor = await Editor.start({
    name: 'walkthrough',
    files: { 'storms.kqlnb': JSON.stringify(notebook) },
    viewport: { width: 900, height: 620 },
    userSettings: {
      'workbench.colorTheme': themes[name],
      'editor.minimap.enabled': false,
      'window.commandCenter': false,
      'breadcrumbs.enabled': false,
      'workbench.layoutControl.enabled': false,
      'workbench.activityBar.location': 'default',
    },
  });
  const { page } = editor;
  const shot = (step) => page.screenshot({ path: path.join(folder, `${step}-${name}.png`) });
  const rest = () => page.mouse.move(880, 2);
  try {
    await editor.command('Calypso: Open Sample Query');
    await editor.ready();
    await editor.command('View: Close Primary Side Bar');
    await editor.caret(3);
    await page.keyboard.press('F5');
    await editor.results.getByText('10 rows').waitFor();
    await rest();
    await shot('query');

    await page.keyboard.press('Control+j');
    await page.locator('.activitybar .action-item a[aria-label="Calypso"]').click();
    for (const node of ['Embedded', 'Samples', 'StormEvents']) {
      await editor.node(node).click();
    }
    await editor.node('EventType').waitFor();
    await rest();
    await shot('connect');

    await editor.command('Calypso: Sign In');
    await page.locator('.quick-input-widget:visible .monaco-list-row').nth(2).waitFor();
    await shot('signIn');
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+p');
    await page.locator('.quick-input-widget:visible input').fill('storms.kqlnb');
    await page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: 'storms.kqlnb' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.code-cell-row').first().waitFor();
    await editor.command('View: Close Primary Side Bar');
    await editor.command('Notebook: Run All');
    await page.locator('.execution-count-label').filter({ hasText: '[1]' }).waitFor();
    await page.locator('.notebook-editor .cell-status-item').first().waitFor().catch(() => undefined);
    await page.waitForTimeout(1500); // The output is drawn in a frame of its own, a moment later.
    await rest();
    await shot('notebook');

    await editor.command('Calypso: New Chat');
    const chat = await editor.webview('chat');
    await chat.locator('textarea').fill('/schema StormEvents');
    await chat.locator('textarea').press('Enter');
    await page.waitForTimeout(1500);
    await rest();
    await shot('chat');
  } finally {
    await editor.close();
  }
}
