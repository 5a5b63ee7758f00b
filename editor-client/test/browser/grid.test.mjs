// The Results view by itself, in a real Chromium: a million rows, keys, sort, filters, late answers, hostile text.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch } from './chromium.mjs';
import { openResults } from './results-page.mjs';

let browser;
let view;
let page;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());
beforeEach(async () => {
  view = await openResults(browser);
  page = view.page;
});
afterEach(async () => {
  assert.deepEqual(view.faults, []);
  assert.deepEqual(view.messages.filter((message) => message.startsWith('thrown')), []);
  await page.context().close();
});

const cell = (row, column) => page.locator(`[role="gridcell"][data-row="${row}"][data-column="${column}"]`);
const shown = (row, column, text) => cell(row, column).and(page.getByText(text, { exact: true })).waitFor();
const posted = (type) => page.evaluate((type) => window.host.posted.filter((message) => message.type === type), type);
const focused = () => page.evaluate(() => [document.activeElement.dataset.row, document.activeElement.dataset.column].map(Number));

/** Shows one table and waits for its first cell. */
async function table(change = {}) {
  await page.evaluate((change) => {
    Object.assign(window.host, change);
    window.host.run({ tables: [window.host.table()] });
  }, change);
  await cell(0, 0).and(page.locator(':not(.loading)')).waitFor();
}

test('nothing ran yet: it says how to run', async () => {
  await page.getByText('press F5').waitFor();
});

test('a million rows: only those in sight are in the page, the last one is reached', async () => {
  await table();
  assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '1000001');
  assert.ok((await page.locator('.row').count()) < 60);
  await cell(0, 1).click();
  await page.keyboard.press('Control+End');
  await shown(999_999, 11, 'r999999c11');
  assert.deepEqual(await focused(), [999_999, 11]);
  await page.getByText('1,000,000 rows').waitFor();
  await page.keyboard.press('Control+Home');
  await shown(0, 0, 'TEXAS');
});

test('ten million rows: taller than an element can be', async () => {
  await table({ rows: 10_000_000 });
  await cell(0, 1).click();
  await page.keyboard.press('Control+ArrowDown');
  await shown(9_999_999, 1, '9999999');
  const box = await cell(9_999_999, 1).boundingBox();
  const grid = await page.getByRole('grid').boundingBox();
  assert.ok(box.y + box.height <= grid.y + grid.height + 1, 'the last row is in sight as a whole');
  await page.keyboard.press('PageUp');
  const [row] = await focused();
  await shown(row, 1, String(row));
  await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = grid.scrollHeight / 2));
  await page.waitForFunction(() => [...document.querySelectorAll('.cell[data-column="1"]')].some((cell) => /^(49|50)\d{5}$/.test(cell.textContent)));
});

test('a thousand columns', async () => {
  await table({ columns: Array.from({ length: 1000 }, (_, index) => ({ name: `C${index}`, type: 'string' })), rows: 1000 });
  assert.ok((await page.locator('[role="columnheader"]').count()) < 40);
  await cell(0, 0).click();
  await page.keyboard.press('End');
  await shown(0, 999, 'r0c999');
  await page.getByRole('columnheader', { name: 'C999' }).waitFor();
});

test('a click sorts up, down, and not; Shift adds a column', async () => {
  await table();
  const header = (name) => page.getByRole('columnheader', { name });
  await header('Number').locator('.name').click();
  await page.locator('[aria-sort="ascending"]').waitFor();
  await header('Number').locator('.name').click();
  await page.locator('[aria-sort="descending"]').waitFor();
  await shown(0, 1, '999999');
  await header('Damage').locator('.name').click({ modifiers: ['Shift'] });
  await page.waitForFunction(() => document.querySelectorAll('[aria-sort="ascending"],[aria-sort="descending"]').length === 2);
  const sorts = (await posted('call')).filter((message) => message.call.method === 'kusto/result/view').map((message) => message.call.params.sort);
  assert.deepEqual(sorts, [[], [{ column: 1 }], [{ column: 1, descending: true }], [{ column: 1, descending: true }, { column: 2 }]]);
});

test('by keyboard: the header sorts on Enter and keeps the focus', async () => {
  await table();
  await cell(0, 1).click();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('[aria-sort="ascending"]').waitFor();
  await page.keyboard.press('Enter');
  await shown(0, 1, '999999');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-sort')), 'descending');
});

test('filters: one box a column, typing keeps the focus', async () => {
  await table();
  await page.getByRole('button', { name: 'Show filters' }).click();
  await page.getByRole('textbox', { name: 'Filter State' }).pressSequentially('TEX', { delay: 120 });
  await page.getByText('100,000 of 1,000,000 rows').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Filter State');
  const filters = (await posted('call')).at(-1) && (await posted('call')).filter((message) => message.call.params.filter?.length > 0).at(-1).call.params.filter;
  assert.deepEqual(filters, [{ column: 0, op: 'contains', value: 'TEX' }]);
  await page.getByRole('button', { name: 'Show filters' }).click();
  await page.getByText('1,000,000 rows', { exact: true }).waitFor();
});

test('a view that is gone says so and offers to run again', async () => {
  await table();
  await page.getByRole('searchbox', { name: 'Search all columns' }).fill('refuse');
  await page.getByText('Search failed').waitFor();
  await page.getByRole('button', { name: 'Run again' }).click();
  assert.deepEqual(await posted('rerun'), [{ type: 'rerun', run: 1 }]);
});

test('Shift selects, Ctrl+C copies, the commands know what is in front', async () => {
  await table();
  await cell(1, 1).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  assert.equal(await page.locator('[aria-selected="true"][role="gridcell"]').count(), 4);
  await page.keyboard.press('Control+c');
  const range = { startRow: 1, endRow: 3, startColumn: 1, endColumn: 3 };
  assert.deepEqual(await posted('copy'), [{ type: 'copy', view: 'v0', ranges: [range], format: 'tsv', headers: true }]);
  assert.deepEqual((await posted('front')).at(-1), { type: 'front', view: 'v0', rows: 1_000_000, ranges: [range] });
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  assert.deepEqual((await posted('copy')).at(-1).ranges, [{ startRow: 0, endRow: 1_000_000, startColumn: 0, endColumn: 12 }]);
});

test('a drag selects; a click on a row number selects the row', async () => {
  await table();
  const from = await cell(1, 0).boundingBox();
  const to = await cell(3, 1).boundingBox();
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(to.x + 5, to.y + 5, { steps: 4 });
  await page.mouse.up();
  assert.equal(await page.locator('[aria-selected="true"][role="gridcell"]').count(), 6);
  await page.locator('.number[data-row="2"]').click();
  assert.deepEqual((await posted('front')).at(-1).ranges, [{ startRow: 2, endRow: 3, startColumn: 0, endColumn: 12 }]);
});

test('the focus is not lost when its row is scrolled out of sight; there is one tab stop', async () => {
  await table();
  await cell(2, 1).click();
  await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 240_000));
  await shown(10_005, 1, '10005');
  assert.deepEqual(await focused(), [2, 1]);
  assert.equal(await page.locator('.grid [tabindex="0"]').count(), 1);
  await page.keyboard.press('ArrowDown');
  assert.deepEqual(await focused(), [3, 1]);
  await page.waitForFunction(() => document.querySelector('.grid').scrollTop < 100);
});

test('an answer to an older question is dropped', async () => {
  await table();
  await page.evaluate(() => (window.host.hold = true));
  await page.getByRole('searchbox').fill('first');
  await page.waitForFunction(() => window.host.held.length === 1);
  await page.getByRole('searchbox').fill('');
  await page.waitForFunction(() => window.host.held.length === 2);
  // The newer answer first, then the older one.
  await page.evaluate(() => {
    window.host.hold = false;
    window.host.held.reverse();
    window.host.release();
  });
  await page.getByText('1,000,000 rows', { exact: true }).waitFor();
  await shown(3, 1, '3');
});

test('values: null, markup as text, bool; Enter shows a whole cell and Escape goes back', async () => {
  await table();
  await shown(3, 2, 'null');
  await shown(0, 4, 'true');
  assert.equal(await page.locator('.cell b').count(), 0);
  await cell(1, 5).click();
  await page.keyboard.press('Enter');
  await page.getByLabel('Value of Payload').getByText('"<b>no markup</b>"').waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(await focused(), [1, 5]);
});

test('no rows: columns are shown, and it says so', async () => {
  await page.evaluate(() => {
    window.host.rows = 0;
    window.host.run({ tables: [window.host.table()] });
  });
  await page.getByText('The query gave no rows.').waitFor();
  await page.getByRole('columnheader', { name: 'State' }).waitFor();
});

test('tabs by keyboard; each keeps its place', async () => {
  await page.evaluate(() => window.host.run({ tables: [window.host.table('First'), window.host.table('Second', 1, { truncated: true })] }));
  await cell(0, 0).and(page.locator(':not(.loading)')).waitFor();
  await cell(0, 1).click();
  await page.keyboard.press('Control+ArrowDown');
  await shown(999_999, 1, '999999');
  await page.getByRole('tab', { name: 'First' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('Cut by a limit').waitFor();
  await shown(0, 0, 'TEXAS');
  await page.keyboard.press('ArrowLeft');
  await shown(999_999, 1, '999999');
});

test('an error: text, place, code; a running query: seconds and Stop; a stopped one', async () => {
  const range = { start: { line: 1, character: 8 }, end: { line: 1, character: 12 } };
  await page.evaluate((range) => window.host.run({ status: 'failed', error: { message: 'no such <i>column</i>', data: { kind: 'query', hint: 'look', code: 'SEM0100', range } } }), range);
  await page.getByRole('alert').getByText('No such <i>column</i>').waitFor();
  await page.getByRole('button', { name: 'Go to line 2, column 9' }).click();
  assert.deepEqual(await posted('place'), [{ type: 'place', run: 1 }]);
  await page.evaluate(() => window.host.run({ status: 'running' }));
  await page.getByText(/^1\.\d s$/).waitFor();
  await page.getByRole('button', { name: 'Stop the query' }).click();
  assert.deepEqual(await posted('stop'), [{ type: 'stop', run: 1 }]);
  await page.evaluate(() => window.host.run({ status: 'cancelled' }));
  await page.getByText('The query was stopped after 1.20 s.').waitFor();
});

test('a run that failed half way shows the error first, and keeps the tables before it', async () => {
  await page.evaluate(() => window.host.run({ status: 'failed', error: { message: 'no such table', data: { kind: 'query' } }, tables: [window.host.table('First')] }));
  await page.getByRole('alert').getByText('No such table').waitFor();
  await page.getByRole('tab', { name: 'First' }).click();
  await shown(0, 0, 'TEXAS');
});

test('news about the runs leave the tab in front where it is', async () => {
  await page.evaluate(() => window.host.run({ tables: [window.host.table('First'), window.host.table('Second', 1)] }));
  await page.getByRole('tab', { name: 'Second' }).click();
  // What the extension sends again, the tab stays.
  await page.evaluate(() => window.host.run({ tables: [window.host.table('First'), window.host.table('Second', 1)] }));
  assert.equal(await page.getByRole('tab', { name: 'Second' }).getAttribute('aria-selected'), 'true');
});

test('a message of an unknown shape is ignored', async () => {
  await table();
  await page.evaluate(() => {
    for (const message of [null, 7, {}, { type: 'runs' }, { type: 'runs', runs: [{}], front: 1 }, { type: 'answer', id: 'x' }, { type: 'answer', id: 99 }]) {
      window.postMessage(message, '*');
    }
  });
  await shown(0, 0, 'TEXAS');
});
