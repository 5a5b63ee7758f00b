// All of it without a mouse, in the real editor: write, run, walk through rows, sort, filter, copy, export, charts, the trees, the
// chat and a sign-in's code; then what axe says of the views in the editor's own themes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { accessible } from './axe.mjs';
import { eventually, KeyboardEditor, startAuthority, startModel } from './keyboard.mjs';
import { modelConfig } from './model-config.mjs';

const files = {
  'complete.kql': 'StormEvents\n| where \n| take 7\n',
  'rows.kql': 'StormEvents | project EventId, State, EventType, DamageProperty\n| sort by EventId asc\n| take 500\n',
  'two.kql': 'StormEvents\n| summarize Events = count() by State\n| top 5 by Events\n| render columnchart\n\nPopulationData\n| sort by State asc\n| take 4\n',
  'ugly.kql': 'StormEvents|where State=="TEXAS"|take 5\n',
  'functions.kql': 'let storms = () { StormEvents };\nstorms\n| take 3\n',
};

const by = new KeyboardEditor({
  name: 'keyboard',
  files,
  prepare: async ({ folder, run }) => {
    const ca = path.join(folder, 'ca.pem');
    const { proxy } = JSON.parse(await run(startAuthority('-manual', '-ca', ca, '-backend', 'http://127.0.0.1:1')));
    return { home: { '.codex/config.toml': modelConfig(await run(startModel()), { ca }) }, env: { CALYPSO_TEST_KEY: 'canary-key', HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1,localhost' } };
  },
});
const { step } = by;

const keys = (...names) => by.keys(...names);

const text = (words) => by.editor.results.getByText(words).first().waitFor();

step('a word is completed, F5 runs it, and a command goes to its rows', async () => {
  await by.editor.file('complete.kql');
  await by.editor.ready();
  await by.editor.caret(2, 9);
  await by.page.keyboard.type('DamageProp');
  await by.editor.suggested('DamageProperty');
  await by.page.locator('.suggest-widget.visible .monaco-list-row.focused').filter({ hasText: 'DamageProperty' }).waitFor();
  await keys('Enter');
  await by.page.keyboard.type(' > 0');
  await by.key('run', 'F5');
  await text('7 rows');
  await by.toRows();
  await by.at(0, 0);
});

step('in the grid: cell by cell, to the ends, by pages; a range is marked and copied', async () => {
  await by.editor.file('rows.kql');
  await by.key('run', 'Shift+Enter');
  await text('500 rows');
  await by.editor.ready();
  await by.toRows();
  await keys('ArrowDown', 'ArrowRight');
  await by.at(1, 1);
  await keys('End');
  await by.at(1, 3);
  await keys('Home');
  await by.at(1, 0);
  await keys('Control+End');
  await by.at(499, 3);
  await keys('Control+Home');
  await by.at(0, 0);
  await keys('PageDown');
  await by.editor.results.locator('[role="gridcell"][data-column="0"]:not([data-row="0"]):focus').waitFor();
  await keys('Control+Home', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c');
  await by.clipboard('^\\d+\\t[^\\n\\t]+\\r?\\n\\d+\\t[^\\n\\t]+\\s*$');
});

step('a column: sorted by Enter, its menu by Shift+F10, filtered, and back among the rows by Escape', async () => {
  await keys('Control+Home', 'ArrowUp', 'Enter', 'Enter');
  await by.editor.results.locator('[aria-sort="descending"]:focus').waitFor();
  await keys('ArrowRight', 'Shift+F10');
  await by.editor.results.getByRole('menu').waitFor();
  await keys('Escape');
  await by.editor.results.getByRole('columnheader', { name: 'State' }).and(by.editor.results.locator(':focus')).waitFor();
  await keys('Shift+F10');
  await by.editor.results.getByRole('menu').waitFor();
  await by.page.keyboard.type('f');
  await by.editor.results.getByRole('menuitem', { name: 'Filter…' }).and(by.editor.results.locator(':focus')).waitFor();
  await keys('Enter');
  await by.editor.results.getByRole('textbox', { name: 'Filter State' }).and(by.editor.results.locator(':focus')).waitFor();
  await by.page.keyboard.type('^tex');
  await text(/ of 500 rows/);
  await keys('Escape');
  await by.at(0, 1);
  await by.editor.cell(0, 1).getByText('TEXAS').waitFor();
});

step('a cell: its menu, and the whole of it beside the grid; Escape leaves both', async () => {
  await keys('Shift+F10');
  await by.editor.results.getByRole('menu').waitFor();
  await keys('Escape');
  await by.at(0, 1);
  await keys('Enter');
  await by.editor.results.getByLabel('Value of State').waitFor();
  await keys('Escape');
  await by.editor.results.getByLabel('Value of State').waitFor({ state: 'hidden' });
  await by.at(0, 1);
});

step('from one result to the next and into its rows; the chart and its toolbar, and back', async () => {
  await by.editor.file('two.kql');
  await by.run('runAll');
  await by.editor.results.getByRole('tab').nth(1).waitFor();
  await text('5 rows');
  await by.editor.command('Results: Focus on Results View');
  const view = await by.editor.webview('results');
  await by.editor.results.getByRole('img', { name: /^Column chart/ }).and(by.editor.results.locator(':focus')).waitFor();
  await by.reach(view, /^(two|StormEvents|PopulationData).*/, 'Shift+Tab');
  await keys('End');
  await text('4 rows');
  await keys('ArrowDown');
  await by.at(0, 0);
  await by.reach(view, /^(two|StormEvents|PopulationData).*/, 'Shift+Tab');
  await keys('Home');
  await by.editor.results.getByRole('img', { name: /^Column chart/ }).waitFor();
  await by.reach(view, /^Chart$/);
  await keys('b');
  await by.editor.results.getByRole('img', { name: /^Bar chart/ }).waitFor();
  await by.reach(view, /^Show chart/, 'Shift+Tab');
  await keys('Enter');
  await by.editor.cell(0, 0).waitFor();
});

step('results are exported from the palette', async () => {
  await by.run('exportResults');
  await by.take(by.page.getByText('comma-separated'));
  await by.file('results.csv', path.join(by.editor.workspace, 'five.csv'));
  await by.page.locator('.notification-toast').filter({ hasText: /5 rows, .* written to .*five\.csv/ }).waitFor();
  await eventually(() => readFileSync(path.join(by.editor.workspace, 'five.csv'), 'utf8').trim().split(/\r?\n/).length, 6);
  await by.editor.command('Notifications: Clear All Notifications');
});

step('the tree of connections opens by arrows, its menu by Shift+F10', async () => {
  await by.toTree('Connections');
  for (const name of ['Embedded', 'Samples']) {
    await by.walk(name);
    await keys('ArrowRight');
  }
  await by.walk('StormEvents');
  await by.menu('copyName');
  await by.clipboard('^StormEvents$');
});

step('the history shows the rows of an earlier run', async () => {
  await by.toTree('History');
  await by.walk(/project Event/);
  await by.menu('history.result');
  await text('500 rows');
});

step('the chat: a question, a card that is approved, an answer that is stopped', async () => {
  await by.run('newChat');
  const view = await by.editor.webview('chat');
  await view.getByRole('button', { name: /Model: test-model/ }).waitFor();
  await view.getByRole('combobox').and(view.locator(':focus')).waitFor();
  await by.page.keyboard.type('Which states have the most storms?');
  await keys('Enter');
  await view.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await by.reach(view, /^Approve$/, 'Shift+Tab');
  await keys('Enter');
  await view.getByRole('log').getByText('Here is what the data says.').waitFor();
  await by.reach(view, /^Question or command$/);
  await by.page.keyboard.type('answer slowly');
  await keys('Enter');
  await view.getByRole('log').getByText('word word word').waitFor();
  await keys('Escape');
  await view.getByRole('log').getByText('Stopped.').waitFor();
  await view.getByRole('combobox').and(view.locator(':focus')).waitFor();
});

step('back to the document: Shift+Alt+F formats, F12 goes to a definition, F2 renames', async () => {
  await keys('Control+1');
  await by.editor.focused();
  await by.editor.file('ugly.kql');
  await by.editor.ready();
  await keys('Shift+Alt+F');
  await by.page.locator('.view-line').filter({ hasText: /^\|.where.State.==."TEXAS"/ }).waitFor();
  await by.editor.file('functions.kql');
  await by.editor.ready();
  await by.editor.caret(2, 3);
  await keys('F12');
  await by.page.locator('.statusbar-item').filter({ hasText: 'Ln 1, Col 5' }).waitFor();
  await keys('F2');
  const box = by.page.locator('.rename-box:visible input, .rename-input:visible').first();
  await box.fill('gales');
  await box.press('Enter');
  await by.page.locator('.view-line').filter({ hasText: /^gales$/ }).waitFor();
});

step('a sign-in shows its code, which is copied and left by keyboard', async () => {
  await by.run('signIn');
  await by.list.locator('.monaco-list-row').filter({ hasText: 'Azure CLI' }).waitFor();
  await by.take(by.page.getByText('Code', { exact: true }));
  await by.list.locator('.quick-input-title').filter({ hasText: /code FK\d{4}XY/ }).waitFor();
  await by.list.locator('.monaco-list-row.focused').filter({ hasText: 'Copy code' }).waitFor();
  await keys('Escape');
  await by.list.waitFor({ state: 'hidden' });
});

const themes = { 'Default Dark Modern': 'vscode-dark', 'Default Light Modern': 'vscode-light', 'Default High Contrast': 'vscode-high-contrast', 'Default High Contrast Light': 'vscode-high-contrast-light' };

step("axe finds nothing serious in the views, in the editor's own themes", async () => {
  for (const [theme, kind] of Object.entries(themes)) {
    by.editor.configure({ 'workbench.colorTheme': theme });
    await by.editor.open();
    await by.editor.file('two.kql');
    await by.editor.caret(6);
    await by.editor.ready();
    await by.editor.command('Calypso Chat: Focus on Calypso Chat View');
    const chat = await by.editor.webview('chat');
    await chat.locator(`body.${kind}`).waitFor();
    await chat.getByRole('log').getByText('Stopped.').waitFor();
    await accessible(chat, `chat, ${theme}`, 'sideBar-background');
    await by.editor.file('two.kql');
    await keys('F5');
    const results = await by.editor.webview('results');
    await results.locator(`body.${kind}`).waitFor();
    await results.getByText('4 rows').waitFor();
    await by.editor.command('Results: Focus on Results View');
    await results.locator('[role="gridcell"]:focus').waitFor();
    await keys('Shift+F10');
    await results.getByRole('menu').waitFor();
    await accessible(results, `rows and a menu, ${theme}`, 'panel-background');
    await keys('Escape');
    await by.editor.file('two.kql');
    await by.editor.caret(1);
    await keys('F5');
    await results.getByRole('img', { name: /^Column chart/ }).waitFor();
    await accessible(results, `chart, ${theme}`, 'panel-background');
  }
});

by.finish();
