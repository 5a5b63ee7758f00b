// The first minutes: the walkthrough leads to a query that runs, the settings have pages, the language status says how the server is,
// empty views have one button.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';

const shots = process.env.CALYPSO_PICTURES;
let editor;
let page;

before(async () => {
  const theme = process.env.CALYPSO_THEME;
  editor = await Editor.start({ name: 'first-use', files: { 'notes.txt': 'nothing of ours\n' }, viewport: { width: 1680, height: 950 }, userSettings: theme === undefined ? {} : { 'workbench.colorTheme': theme } });
  page = editor.page;
}, { timeout: 300_000 });
after(() => editor?.close());

const step = stepsOf(() => editor);
const shot = async (name) => shots !== undefined && page.screenshot({ path: path.join(shots, `${name}.png`) });

/** Waits until a picture of the walkthrough is there. */
const picture = () => eventually(async () => {
  const seen = () => [...document.querySelectorAll('img')].some((image) => image.naturalWidth > 300 && image.getBoundingClientRect().width > 100);
  return (await Promise.all(page.frames().map((frame) => frame.evaluate(seen).catch(() => false)))).includes(true);
}, true, 'no picture is to be seen');

async function walkthrough() {
  await editor.command('Welcome: Open Walkthrough...');
  await page.locator('.quick-input-widget:visible input').fill('Get Started with Calypso');
  await editor.pick('Get Started with Calypso');
}

step('an empty view says what will be there, and has one button that begins it', async () => {
  for (const [view, words, button, begins] of [
    ['History', /Every query that runs is kept here/, 'New Query', () => page.locator('.tab.active').filter({ hasText: 'Untitled-1' }).waitFor()],
    ['Scratch Pads', /./, 'New Scratch Pad', () => page.locator('.tab.active').filter({ hasText: /scratch/i }).waitFor()],
  ]) {
    await editor.command(`Calypso: Focus on ${view} View`);
    const pane = page.locator('.sidebar .pane').filter({ has: page.locator('.pane-header', { hasText: view }) });
    await pane.locator('.welcome-view-content').filter({ hasText: words }).waitFor();
    await eventually(() => pane.locator('.welcome-view-content .monaco-button').allInnerTexts(), [button]);
    await shot(`empty-${view.split(' ')[0].toLowerCase()}`);
    await pane.locator('.welcome-view-content .monaco-button').click();
    await begins();
  }
});

step('the walkthrough has its steps, each with a picture', async () => {
  await walkthrough();
  const steps = page.locator('.getting-started-step');
  await steps.nth(4).waitFor();
  await eventually(() => steps.locator('.step-title').allInnerTexts(), ['Run a sample query', 'Add a connection', 'Sign in', 'Write a notebook', 'Ask in words']);
  for (let i = 0; i < 5; i++) {
    await steps.nth(i).locator('.step-title').click();
    await picture();
  }
  await steps.nth(0).locator('.step-title').click();
  await shot('walkthrough');
});

step('its button opens a sample that runs, and the step is ticked', async () => {
  await page.locator('.getting-started-step.expanded').getByText('Open Sample Query', { exact: true }).click();
  await page.locator('.view-line').filter({ hasText: 'StormEvents' }).first().waitFor();
  await editor.ready();
  await editor.caret(3);
  await page.keyboard.press('F5');
  await editor.results.getByText('10 rows').waitFor();
  await page.locator('.codelens-decoration a').filter({ hasText: 'state = "FLORIDA"' }).waitFor();
  await shot('first-query');
});

step('a query with parameters has a field for each above its rows; what is entered runs and is kept', async () => {
  await editor.caret(14);
  await page.keyboard.press('F5');
  const field = editor.results.getByRole('textbox', { name: 'state' });
  await field.waitFor();
  await eventually(() => field.getAttribute('placeholder'), '"FLORIDA"');
  await field.fill('TEXAS');
  await field.press('Enter');
  await page.locator('.codelens-decoration a').filter({ hasText: 'state = TEXAS' }).waitFor();
  await editor.cell(0, 0).waitFor();
  await eventually(() => editor.results.getByRole('textbox', { name: 'state' }).inputValue(), 'TEXAS');
  await shot('parameter-row');
});

step('the language status says that the server runs, and how much memory it takes', async () => {
  await page.locator('.statusbar-item[id="status.languageStatus"]').click();
  const status = page.locator('.hover-language-status').filter({ hasText: 'Calypso runs' });
  await status.filter({ hasText: /\d+ MB, up for/ }).first().waitFor();
  await shot('language-status');
  await page.keyboard.press('Escape');
});

step('each further step of the walkthrough has a button that does what it says, and all are ticked', async () => {
  // The focus is where it belongs before the next is done: on its way it would close what opens.
  const asked = async (title) => {
    await page.locator('.quick-input-widget:visible').filter({ hasText: title }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };
  for (const [title, button, happens] of [
    ['Add a connection', 'Add Connection', () => asked('Add Kusto connection')],
    ['Sign in', 'Sign In', () => asked('Sign in')],
    ['Write a notebook', 'New Notebook', () => page.locator('.notebook-editor:visible .code-cell-row .monaco-editor.focused').waitFor()],
    ['Ask in words', 'Open the Chat', async () => {
      const box = (await editor.webview('chat')).locator('textarea').first();
      await eventually(() => box.evaluate((element) => element === element.ownerDocument.activeElement), true);
    }],
  ]) {
    await walkthrough();
    const one = page.locator('.getting-started-step').filter({ has: page.locator('.step-title', { hasText: title }) });
    await one.locator('.step-title').click();
    await page.locator('.getting-started-step.expanded').getByText(button, { exact: true }).click();
    await happens();
  }
  await walkthrough();
  await eventually(() => page.locator('.getting-started-step .codicon-getting-started-step-checked').count(), 5);
  await shot('walkthrough-done');
});

step('the settings have pages', async () => {
  await editor.command('Preferences: Open Settings (UI)');
  await page.locator('.settings-editor .suggest-input-container').click();
  await page.keyboard.type('@ext:calypso.calypso');
  for (const title of ['Connections', 'Queries and Results', 'Editor', 'Mistakes and Lint', 'Layout']) {
    await page.locator('.settings-toc-entry').filter({ hasText: title }).first().waitFor();
  }
  await shot('settings');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.settings-editor').waitFor({ state: 'hidden' });
});

step('the commands are in the palette, and File: New File has ours', async () => {
  await (await editor.ask('F1')).fill('>Calypso: New');
  for (const title of ['Calypso: New Query', 'Calypso: New Notebook', 'Calypso: New Chat']) {
    await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: title }).waitFor();
  }
  await page.keyboard.press('Escape');
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
