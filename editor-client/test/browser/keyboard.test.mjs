// All of it without a mouse, in the real editor: write, run, walk through rows, sort, filter, copy, export, charts, the trees, the
// chat and a sign-in's code; then what axe says of the views in the editor's own themes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { accessible } from './axe.mjs';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';

const files = {
  'complete.kql': 'StormEvents\n| where \n| take 7\n',
  'rows.kql': 'StormEvents | project EventId, State, EventType, DamageProperty\n| sort by EventId asc\n| take 500\n',
  'two.kql': 'StormEvents\n| summarize Events = count() by State\n| top 5 by Events\n| render columnchart\n\nPopulationData\n| sort by State asc\n| take 4\n',
  'ugly.kql': 'StormEvents|where State=="TEXAS"|take 5\n',
  'functions.kql': 'let storms = () { StormEvents };\nstorms\n| take 3\n',
};

const config = (model, ca) => `model = "test-model"
model_provider = "local"

[model_providers.local]
name = "Local"
base_url = "${model}"
env_key = "CALYPSO_TEST_KEY"

[azure_auth]
mode = "device_code"
ca_file = '${ca}'
`;

/** Starts a program and gives the first line that it prints. */
function start(command, args, signal) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  return { line, stop: () => child.kill(signal) };
}

const folder = temporary();
let programs;
let editor;
let page;

before(async () => {
  const ca = path.join(folder, 'ca.pem');
  const model = start(process.env.CALYPSO_FAKE_MODEL, [], 'SIGINT');
  const authority = start(process.env.CALYPSO_FAKE_AUTHORITY, ['-manual', '-ca', ca, '-backend', 'http://127.0.0.1:1']);
  programs = [model, authority];
  const { proxy } = JSON.parse(await authority.line);
  editor = await Editor.start({
    name: 'keyboard',
    files,
    home: { '.codex/config.toml': config((await model.line).trim(), ca) },
    env: { CALYPSO_TEST_KEY: 'canary-key', HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1,localhost' },
  });
  page = editor.page;
  await page.evaluate(() => {
    window.presses = 0;
    window.addEventListener('mousedown', () => window.presses++, true);
  });
}, { timeout: 300_000 });
after(async () => {
  await editor?.close();
  programs?.forEach((program) => program.stop());
  remove(folder);
});

const step = stepsOf(() => editor);

const keys = async (...names) => {
  for (const name of names) {
    await page.keyboard.press(name);
  }
};
const clipboard = (text) => editor.clipboard(new RegExp(text));

/** Presses a key and waits until something else is marked. A key may be lost while the focus is on its way: then the next one counts. */
async function move(key, marked) {
  const before = await marked();
  await keys(key);
  for (const end = Date.now() + 2000; (await marked()) === before && Date.now() < end; ) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

const list = () => page.locator('.quick-input-widget:visible');

/** Takes the entry of the list that is open which has this text. */
async function take(text) {
  const marked = list().locator('.monaco-list-row.focused');
  await marked.waitFor();
  const wanted = marked.filter({ has: text });
  for (let n = 0; n < 20 && (await wanted.count()) === 0; n++) {
    await move('ArrowDown', () => marked.innerText());
  }
  await wanted.waitFor();
  await keys('Enter');
}

/** What has the focus in a view, in a screen reader's words. */
const focused = (view) => view.evaluate(() => {
  const { activeElement: at } = document;
  return at === document.body ? 'nothing' : (at.getAttribute('aria-label') ?? (at.innerText.trim() || at.getAttribute('role') || at.tagName));
});

/** Presses a key, as Tab, until what has the focus is called so. */
async function reach(view, name, key = 'Tab') {
  const passed = [];
  for (let n = 0; n < 40; n++) {
    const now = await focused(view);
    if (name.test(now)) {
      return;
    }
    passed.push(now);
    await move(key, () => focused(view));
  }
  assert.fail(`${key} doesn't reach ${name}: ${passed.join(', ')}`);
}

/** The cell that has the focus, once it is this one. */
const at = (row, column) => editor.cell(row, column).and(editor.results.locator(':focus')).waitFor();

/** Goes to the rows of the result in front, by its command. */
async function toRows() {
  await editor.command('Results: Focus on Results View');
  await editor.results.locator('[role="gridcell"]:focus').waitFor();
}

const text = (words) => editor.results.getByText(words).first().waitFor();

step('a word is completed, F5 runs it, and a command goes to its rows', async () => {
  await editor.file('complete.kql');
  await editor.ready();
  await editor.caret(2, 9);
  await page.keyboard.type('DamageProp');
  await editor.suggested('DamageProperty');
  await page.locator('.suggest-widget.visible .monaco-list-row.focused').filter({ hasText: 'DamageProperty' }).waitFor();
  await keys('Enter');
  await page.keyboard.type(' > 0');
  await keys('F5');
  await text('7 rows');
  await toRows();
  await at(0, 0);
});

step('in the grid: cell by cell, to the ends, by pages; a range is marked and copied', async () => {
  await editor.file('rows.kql');
  await keys('Shift+Enter');
  await text('500 rows');
  await editor.ready();
  await toRows();
  await keys('ArrowDown', 'ArrowRight');
  await at(1, 1);
  await keys('End');
  await at(1, 3);
  await keys('Home');
  await at(1, 0);
  await keys('Control+End');
  await at(499, 3);
  await keys('Control+Home');
  await at(0, 0);
  await keys('PageDown');
  await editor.results.locator('[role="gridcell"][data-column="0"]:not([data-row="0"]):focus').waitFor();
  await keys('Control+Home', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c');
  await clipboard('^\\d+\\t[^\\n\\t]+\\r?\\n\\d+\\t[^\\n\\t]+\\s*$');
});

step('a column: sorted by Enter, its menu by Shift+F10, filtered, and back among the rows by Escape', async () => {
  await keys('Control+Home', 'ArrowUp', 'Enter', 'Enter');
  await editor.results.locator('[aria-sort="descending"]:focus').waitFor();
  await keys('ArrowRight', 'Shift+F10');
  await editor.results.getByRole('menu').waitFor();
  await keys('Escape');
  await editor.results.getByRole('columnheader', { name: 'State' }).and(editor.results.locator(':focus')).waitFor();
  await keys('Shift+F10');
  await editor.results.getByRole('menu').waitFor();
  await page.keyboard.type('f');
  await editor.results.getByRole('menuitem', { name: 'Filter…' }).and(editor.results.locator(':focus')).waitFor();
  await keys('Enter');
  await editor.results.getByRole('textbox', { name: 'Filter State' }).and(editor.results.locator(':focus')).waitFor();
  await page.keyboard.type('^tex');
  await text(/ of 500 rows/);
  await keys('Escape');
  await at(0, 1);
  await editor.cell(0, 1).getByText('TEXAS').waitFor();
});

step('a cell: its menu, and the whole of it beside the grid; Escape leaves both', async () => {
  await keys('Shift+F10');
  await editor.results.getByRole('menu').waitFor();
  await keys('Escape');
  await at(0, 1);
  await keys('Enter');
  await editor.results.getByLabel('Value of State').waitFor();
  await keys('Escape');
  await editor.results.getByLabel('Value of State').waitFor({ state: 'hidden' });
  await at(0, 1);
});

step('from one result to the next and into its rows; the chart and its toolbar, and back', async () => {
  await editor.file('two.kql');
  await editor.command('Calypso: Run All Queries in File');
  await editor.results.getByRole('tab').nth(1).waitFor();
  await text('5 rows');
  await editor.command('Results: Focus on Results View');
  const view = await editor.webview('results');
  await editor.results.getByRole('img', { name: /^Column chart/ }).and(editor.results.locator(':focus')).waitFor();
  await reach(view, /^(two|StormEvents|PopulationData).*/, 'Shift+Tab');
  await keys('End');
  await text('4 rows');
  await keys('ArrowDown');
  await at(0, 0);
  await reach(view, /^(two|StormEvents|PopulationData).*/, 'Shift+Tab');
  await keys('Home');
  await editor.results.getByRole('img', { name: /^Column chart/ }).waitFor();
  await reach(view, /^Chart$/);
  await keys('b');
  await editor.results.getByRole('img', { name: /^Bar chart/ }).waitFor();
  await reach(view, /^Show chart/, 'Shift+Tab');
  await keys('Enter');
  await editor.cell(0, 0).waitFor();
});

step('results are exported from the palette', async () => {
  await editor.command('Calypso: Export Results');
  await take(page.getByText('comma-separated'));
  await editor.proposed('results.csv');
  await keys('Control+a');
  await page.keyboard.type(path.join(editor.workspace, 'five.csv'));
  await editor.proposed('five.csv');
  await editor.accept();
  await page.locator('.notification-toast').filter({ hasText: /5 rows, .* written to .*five\.csv/ }).waitFor();
  await eventually(() => readFileSync(path.join(editor.workspace, 'five.csv'), 'utf8').trim().split(/\r?\n/).length, 6);
  await editor.command('Notifications: Clear All Notifications');
});

/** Goes to a tree. One that isn't loaded yet takes no keys: then once more. */
async function toTree(name) {
  await editor.command(`Calypso: Focus on ${name} View`);
  const pane = page.locator('.sidebar .pane').filter({ has: page.locator('h3').getByText(name, { exact: true }) });
  await pane.locator('.monaco-list-row').first().waitFor();
  await editor.command(`Calypso: Focus on ${name} View`);
  await pane.locator('.monaco-list:focus').waitFor();
}

/** Brings the mark of a tree to a node. */
async function walk(name) {
  const node = editor.node(name).and(page.locator('.focused'));
  await editor.node(name).first().waitFor();
  for (let n = 0; n < 60 && (await node.count()) === 0; n++) {
    await move('ArrowDown', () => page.locator('.sidebar .monaco-list:focus .monaco-list-row.focused').allInnerTexts().then(String));
  }
  await node.first().waitFor();
}

const entry = (name) => page.locator('.context-view .action-item.focused').filter({ hasText: name });

/** An entry of a node's menu. */
async function choose(name) {
  await keys('Shift+F10');
  await page.locator('.context-view .monaco-menu').waitFor();
  for (let n = 0; n < 20 && (await entry(name).count()) === 0; n++) {
    await move('ArrowDown', () => page.locator('.context-view .action-item.focused').allInnerTexts().then(String));
  }
  await entry(name).waitFor();
  await keys('Enter');
}

step('the tree of connections opens by arrows, its menu by Shift+F10', async () => {
  await toTree('Connections');
  for (const name of ['Embedded', 'Samples']) {
    await walk(name);
    await keys('ArrowRight');
  }
  await walk('StormEvents');
  await choose('Copy Name');
  await clipboard('^StormEvents$');
});

step('the history shows the rows of an earlier run', async () => {
  await toTree('History');
  await walk(/project Event/);
  await choose('Show Result of Earlier Run');
  await text('500 rows');
});

step('the chat: a question, a card that is approved, an answer that is stopped', async () => {
  await editor.command('Calypso: New Chat');
  const view = await editor.webview('chat');
  await view.getByRole('button', { name: /Model: test-model/ }).waitFor();
  await view.getByRole('combobox').and(view.locator(':focus')).waitFor();
  await page.keyboard.type('Which states have the most storms?');
  await keys('Enter');
  await view.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await reach(view, /^Approve$/, 'Shift+Tab');
  await keys('Enter');
  await view.getByRole('log').getByText('Here is what the data says.').waitFor();
  await reach(view, /^Question or command$/);
  await page.keyboard.type('answer slowly');
  await keys('Enter');
  await view.getByRole('log').getByText('word word word').waitFor();
  await keys('Escape');
  await view.getByRole('log').getByText('Stopped.').waitFor();
  await view.getByRole('combobox').and(view.locator(':focus')).waitFor();
});

step('back to the document: Shift+Alt+F formats, F12 goes to a definition, F2 renames', async () => {
  await keys('Control+1');
  await editor.focused();
  await editor.file('ugly.kql');
  await editor.ready();
  await keys('Shift+Alt+F');
  await page.locator('.view-line').filter({ hasText: /^\|.where.State.==."TEXAS"/ }).waitFor();
  await editor.file('functions.kql');
  await editor.ready();
  await editor.caret(2, 3);
  await keys('F12');
  await page.locator('.statusbar-item').filter({ hasText: 'Ln 1, Col 5' }).waitFor();
  await keys('F2');
  const box = page.locator('.rename-box:visible input, .rename-input:visible').first();
  await box.waitFor();
  await keys('Control+a');
  await page.keyboard.type('gales');
  await keys('Enter');
  await page.locator('.view-line').filter({ hasText: /^gales$/ }).waitFor();
});

step('a sign-in shows its code, which is copied and left by keyboard', async () => {
  await editor.command('Calypso: Sign In');
  await list().locator('.monaco-list-row').filter({ hasText: 'Azure CLI' }).waitFor();
  await take(page.getByText('Code', { exact: true }));
  await list().locator('.quick-input-title').filter({ hasText: /code FK\d{4}XY/ }).waitFor();
  await list().locator('.monaco-list-row.focused').filter({ hasText: 'Copy code' }).waitFor();
  await keys('Escape');
  await list().waitFor({ state: 'hidden' });
});

const themes = { 'Default Dark Modern': 'vscode-dark', 'Default Light Modern': 'vscode-light', 'Default High Contrast': 'vscode-high-contrast', 'Default High Contrast Light': 'vscode-high-contrast-light' };

step('all that without a button of a mouse', async () => {
  assert.equal(await page.evaluate(() => window.presses), 0);
});

step("axe finds nothing serious in the views, in the editor's own themes", async () => {
  for (const [theme, kind] of Object.entries(themes)) {
    editor.configure({ 'workbench.colorTheme': theme });
    await editor.open();
    await editor.file('two.kql');
    await editor.caret(6);
    await editor.ready();
    await editor.command('Calypso Chat: Focus on Calypso Chat View');
    const chat = await editor.webview('chat');
    await chat.locator(`body.${kind}`).waitFor();
    await chat.getByRole('log').getByText('Stopped.').waitFor();
    await accessible(chat, `chat, ${theme}`, 'sideBar-background');
    await editor.file('two.kql');
    await keys('F5');
    const results = await editor.webview('results');
    await results.locator(`body.${kind}`).waitFor();
    await results.getByText('4 rows').waitFor();
    await editor.command('Results: Focus on Results View');
    await results.locator('[role="gridcell"]:focus').waitFor();
    await keys('Shift+F10');
    await results.getByRole('menu').waitFor();
    await accessible(results, `rows and a menu, ${theme}`, 'panel-background');
    await keys('Escape');
    await editor.file('two.kql');
    await editor.caret(1);
    await keys('F5');
    await results.getByRole('img', { name: /^Column chart/ }).waitFor();
    await accessible(results, `chart, ${theme}`, 'panel-background');
  }
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
