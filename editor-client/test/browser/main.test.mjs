// The main job, end to end, as a user does it: write a query with help, run it, read the rows, stop one that takes too long.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';
import { startCluster } from './program.mjs';

const files = {
  'texas.kql': '// Storms of one state\nStormEvents\n| where State == "TEXAS"\n| summarize Events = count() by EventType\n| top 3 by Events\n\nPopulationData\n| sort by State asc\n| take 5\n',
  'wrong.kql': 'StormEvents\n| where Stat == "TEXAS"\n| take 5\n\nStormEvents\n| where State == "TEXAS"\n| take 5\n',
  'typed.kql': 'print x=',
  'complete.kql': 'StormEvents\n| where \n',
  'long.kql': 'range x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
  'ports.kql': 'Airports\n| where Elevation > 1000\n| sort by Code asc\n',
  'functions.kql': 'let f = () { StormEvents };\nunion (f | take 7), (f | take 2)\n',
  'rows.kql': 'StormEvents\n| project EventId, State, StartTime, DamageProperty, StormSummary\n| sort by EventId asc\n',
};

let editor;
let page;

before(async () => {
  editor = await Editor.start({ name: 'main', files });
  page = editor.page;
}, { timeout: 300_000 });
after(() => editor?.close());

const step = stepsOf(() => editor);

step('a .kql file is coloured, has Run above each query, and its place in the status bar', async () => {
  await editor.file('texas.kql');
  await editor.ready();
  await eventually(() => page.locator('.codelens-decoration').count(), 2);
  await page.waitForFunction(() => new Set([...document.querySelectorAll('.view-line span span')].map((span) => span.className)).size >= 4);
  await page.locator('.statusbar-item').filter({ hasText: /Samples/ }).waitFor();
});

step("hover shows a column's type", async () => {
  await editor.hover('State', /string/);
});

step('an unknown column has a squiggle that says so, a valid query has none', async () => {
  await editor.file('wrong.kql');
  await page.locator('.squiggly-error').first().waitFor();
  await eventually(() => page.locator('.squiggly-error, .squiggly-warning').count(), 1);
  await editor.hover('Stat', /Stat\b/, /State/);
});

step('completion offers columns of the schema, and takes one by keyboard', async () => {
  await editor.file('complete.kql');
  await editor.caret(2, 9);
  await page.keyboard.type('Dama');
  await editor.suggested('DamageProperty');
  await editor.suggested('DamageCrops');
  await page.keyboard.press('Enter');
  await page.keyboard.type(' > 0');
  await page.locator('.view-line').filter({ hasText: /Damage(Crops|Property).*>.*0/ }).waitFor();
  await page.locator('.squiggly-error').first().waitFor({ state: 'hidden' });
});

step('F5 runs the query at the caret and shows its rows', async () => {
  await editor.file('texas.kql');
  await editor.caret(3);
  await page.keyboard.press('F5');
  await editor.cell(0, 0).waitFor();
  await editor.results.locator('[role="grid"][aria-rowcount="4"]').waitFor();
  await eventually(async () => (await editor.results.getByRole('columnheader').allInnerTexts()).map((text) => text.split(/\s/)[0]), ['EventType', 'Events']);
  await eventually(() => editor.cell(0, 1).innerText(), /^\d+$/);
  await editor.results.getByText('3 rows').waitFor();
});

step('Shift+Enter runs the other query of the file', async () => {
  await editor.caret(8);
  await page.keyboard.press('Shift+Enter');
  await editor.results.getByText('5 rows').waitFor();
  await editor.cell(0, 0).getByText('ALABAMA', { exact: true }).waitFor();
});

step('whoever types on after F5 gets the rows of what stood there', async () => {
  await editor.file('typed.kql');
  await editor.ready();
  await editor.caret(1, 9);
  for (let n = 1; n < 6; n++) {
    await page.keyboard.type(String(n));
    await page.keyboard.press('F5');
    await page.keyboard.type('z'); // at once, with nothing waited for
    await editor.cell(0, 0).getByText('12345'.slice(0, n), { exact: true }).waitFor();
    await page.keyboard.press('Backspace');
  }
  await editor.command('File: Revert File');
  await editor.file('texas.kql');
});

step('a click on Run does the same', async () => {
  await page.locator('.codelens-decoration a').filter({ hasText: 'Run' }).first().click();
  await editor.results.getByText('3 rows').waitFor();
});

step('a lens says how many rows the last run gave', async () => {
  await page.locator('.codelens-decoration a').filter({ hasText: '3 rows' }).first().waitFor();
});

step('a lens counts the references of a function and lists them; an extraction is renamed at once', async () => {
  await editor.file('functions.kql');
  await page.locator('.codelens-decoration a').filter({ hasText: '2 references' }).click();
  await page.locator('.zone-widget .ref-tree, .peekview-widget').first().waitFor();
  await page.keyboard.press('Escape');
  await editor.caret(2, 17);
  await editor.command('Refactor...');
  await page.getByText('Extract into let value').click();
  const box = page.locator('.rename-box:visible input, .rename-input:visible').first();
  await box.fill('most');
  await box.press('Enter');
  await page.locator('.view-line').filter({ hasText: /let.most.=.7/ }).waitFor();
  await page.locator('.view-line').filter({ hasText: /take.most/ }).waitFor();
});

step('whoever is in the rows before the lenses of a document were asked for gets them all the same', async () => {
  await editor.file('rows.kql');
  await page.keyboard.press('F5');
  await editor.cell(0, 0).click();
  await editor.ready();
});

step('all rows by keyboard: into the grid, to the last row, sort, copy', async () => {
  await editor.file('rows.kql');
  await page.keyboard.press('F5');
  await editor.results.getByText(/^[5-9]\d,\d{3} rows$/).waitFor();
  const first = await editor.cell(0, 0).innerText();
  await editor.command('Results: Focus on Results View');
  await editor.results.locator('[role="gridcell"]:focus').waitFor();
  await page.keyboard.press('Control+End');
  const rows = Number(await editor.results.getByRole('grid').getAttribute('aria-rowcount')) - 1;
  await editor.cell(rows - 1, 0).waitFor();
  const last = await editor.cell(rows - 1, 0).innerText();
  await page.keyboard.press('Control+ArrowUp');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await editor.results.locator('[aria-sort="descending"]').waitFor();
  await editor.cell(0, 0).getByText(last, { exact: true }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+c');
  await editor.clipboard((read) => read.trim() === last);
  assert.notEqual(first, last);
});

step('the panel is closed and opened again: the rows, their order and the place are still there', async () => {
  const first = await editor.cell(0, 0).innerText();
  await page.keyboard.press('Control+j');
  await editor.results.getByRole('grid').waitFor({ state: 'hidden' });
  await editor.command('Results: Focus on Results View');
  await editor.cell(0, 0).getByText(first, { exact: true }).waitFor();
  await editor.results.locator('[aria-sort="descending"]').waitFor();
});

step('F5 in the rows runs the document again', async () => {
  await editor.cell(0, 0).click();
  await page.keyboard.press('F5');
  await editor.results.locator('[aria-sort="descending"]').waitFor({ state: 'detached' });
  await editor.results.getByText(/^[5-9]\d,\d{3} rows$/).waitFor();
});

step('all queries of a file: a tab each; arrows go from one to the next', async () => {
  await editor.file('texas.kql');
  await editor.command('Calypso: Run All Queries in File');
  const tabs = editor.results.getByRole('tab');
  await tabs.nth(1).waitFor();
  await eventually(() => tabs.count(), 2);
  await editor.results.getByText('3 rows').waitFor();
  await tabs.first().press('ArrowRight');
  await editor.results.getByText('5 rows').waitFor();
  await editor.cell(0, 0).getByText('ALABAMA', { exact: true }).waitFor();
});

step('copy as Markdown and export to a file, from the palette', async () => {
  await editor.command('Calypso: Copy Results As');
  await editor.pick('Markdown table');
  await editor.clipboard(/^\| *State *\|[\s\S]*\| *ALABAMA/);
  await editor.command('Calypso: Export Results');
  await editor.pick('comma-separated');
  const file = path.join(editor.workspace, 'five.csv');
  await editor.nameFile('results.csv', file);
  await page.locator('.notification-toast').filter({ hasText: /5 rows, .* written to .*five\.csv/ }).waitFor();
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  assert.equal(lines.length, 6);
  assert.match(lines[1], /^ALABAMA,\d+$/);
  await editor.command('Notifications: Clear All Notifications');
});

step('the status bar picks the connection and the database', async () => {
  await page.locator('.statusbar-item').filter({ hasText: 'Embedded/Samples' }).click();
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Add connection' }).waitFor();
  await editor.pick('Embedded');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await page.locator('.statusbar-item').filter({ hasText: 'Embedded/Samples' }).waitFor();
});

step('a query that is wrong: the text, and the way to its place', async () => {
  await editor.file('wrong.kql');
  await page.keyboard.press('F5');
  await editor.results.getByRole('alert').getByText(/Stat/).first().waitFor();
  await editor.results.getByRole('button', { name: /Go to line 2, column 9/ }).click();
  await page.locator('.statusbar-item').filter({ hasText: /Ln 2, Col \d+/ }).waitFor();
});

step('a query that takes too long is stopped, and the next one runs', async () => {
  await editor.file('long.kql');
  await page.keyboard.press('F5');
  await editor.results.getByRole('button', { name: 'Stop the query' }).waitFor();
  await editor.results.getByText(/^[1-9]\d*\.\d s$/).waitFor();
  await page.keyboard.press('Shift+F5');
  await editor.results.getByText('The query was stopped').waitFor();
  // And by the button.
  await page.keyboard.press('F5');
  await editor.results.getByRole('button', { name: 'Stop the query' }).click();
  await editor.results.getByText('The query was stopped').waitFor();
  await editor.file('texas.kql');
  await editor.caret(3);
  await page.keyboard.press('F5');
  await editor.results.getByText('3 rows').waitFor();
});

step('the tree leads from the cluster to a column', async () => {
  await page.locator('.activitybar .action-item a[aria-label="Calypso"]').click();
  for (const name of ['Embedded', 'Samples', 'StormEvents']) {
    await editor.node(name).click();
  }
  await editor.node('EventType').filter({ hasText: 'string' }).waitFor();
});

step('a cluster is added: its tables complete and run, for this document only; then it is removed', async () => {
  const cluster = startCluster('--data', path.resolve('../samples/data'));
  try {
    const address = await cluster.line;
    await editor.file('ports.kql');
    await page.locator('.squiggly-error').first().waitFor();
    await editor.command('Calypso: Add Connection');
    await page.locator('.quick-input-widget:visible').getByText('Add Kusto connection').waitFor();
    await page.locator('.quick-input-widget:visible input').fill(address);
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item').filter({ hasText: new RegExp(new URL(address).port) }).waitFor();
    await page.locator('.squiggly-error').first().waitFor({ state: 'hidden' });
    await page.keyboard.press('F5');
    await editor.results.getByText('4 rows').waitFor();
    await editor.cell(0, 0).getByText('BOG', { exact: true }).waitFor();
    await editor.file('texas.kql');
    await page.locator('.statusbar-item').filter({ hasText: 'Embedded/Samples' }).waitFor();
    await editor.command('Calypso: Remove Connection');
    await editor.pick(address);
    await page.locator('.monaco-dialog-box').getByText('Remove', { exact: true }).click();
    await editor.node(/127\.0\.0\.1/).waitFor({ state: 'hidden' });
  } finally {
    cluster.stop();
  }
});

step('the server is killed: it comes back by itself', async () => {
  const before = await eventually(() => editor.serverProcesses(), (found) => found.length === 1);
  process.kill(before[0], 'SIGKILL');
  await editor.file('texas.kql');
  await editor.ready();
  await editor.caret(3);
  await page.keyboard.press('F5');
  await editor.results.getByText('3 rows').waitFor();
  await eventually(() => editor.serverProcesses(), (found) => found.length === 1 && found[0] !== before[0]);
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
