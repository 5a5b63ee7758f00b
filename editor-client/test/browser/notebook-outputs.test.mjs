// What a cell of a notebook shows, in the real editor: charts, drawn, changed, saved and read out; and outputs that are kept in the
// file: there again after a reload, never of a private connection. Files of all kinds of content come back as they were.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually.mjs';
import { cell, notebook, NotebookEditor } from './notebook-editor.mjs';

const odd = notebook(
  cell('markdown', '# Odd', '', '```', 'left open'),
  cell('kql', 'print Text = ```a', 'b```'),
  cell('kql'),
  cell('markdown'),
  cell('kql', 'print Two = "<b>|*"', '', 'print Three = 3'),
);
const files = {
  'chart.kqlnb': notebook(
    cell('markdown', '# Storms a month'),
    cell('kql', 'StormEvents', '| where EventType in ("Hail", "Tornado", "Flash Flood")', '| summarize Events = count() by bin(StartTime, 14d), EventType', '| render timechart with (title="Storms")'),
    cell('kql', 'StormEvents | summarize Events = count() by State | top 5 by Events | render barchart'),
  ),
  'fails.kqlnb': notebook(cell('kql', 'print Rows = 7', '', 'StormEvents | where Nothing == 1'), cell('kql', 'print Never = 1')),
  'odd.kqlnb': odd,
  'secret.kqlnb': notebook(cell('kql', 'print Secret = strcat("hid", "den")')),
};

const book = new NotebookEditor({ name: 'notebook-outputs', files, height: 1000, userSettings: { 'calypso.notebook.keepOutputs': true } });
const { step } = book;
const outputsOf = (name, cell) => JSON.parse(book.saved(name)).cells[cell].outputs;
// A click of the mouse would scroll the frames around it.
const press = (button) => button.evaluate((at) => at.click());

/** The frame of the outputs, and a chart in it by its words. */
async function chart(words) {
  const frame = await book.outputs('Show rows');
  const picture = frame.locator('.chart-picture').and(frame.getByLabel(words));
  await picture.locator('canvas').waitFor({ state: 'attached' });
  return { frame, picture };
}

/** How many points of a picture aren't of its ground. */
const painted = (picture) => picture.locator('canvas').evaluate((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    count += data[i] !== data[0] || data[i + 1] !== data[1] || data[i + 2] !== data[2] ? 1 : 0;
  }
  return count;
});

step('a cell whose query renders shows its chart, with words for who can’t see it', async () => {
  await book.open('chart.kqlnb');
  await book.enter(0);
  await book.page.keyboard.press('F5');
  const { picture } = await chart(/^Time chart “Storms” over StartTime from 2007-01-01 to .*, 3 series/);
  await eventually(() => painted(picture), (count) => count > 2000);
  await eventually(() => picture.getAttribute('role'), 'img');
});

step('rows and chart by a switch; the chart’s kind, its zoom by keys, its numbers', async () => {
  const { frame, picture } = await chart(/^Time chart/);
  const whole = await painted(picture);
  await picture.focus();
  await picture.press('+');
  await eventually(() => painted(picture), (count) => count !== whole);
  await press(frame.getByRole('button', { name: 'Show the rows' }));
  await frame.locator('.calypso th').filter({ hasText: 'EventType' }).waitFor();
  await picture.waitFor({ state: 'hidden' });
  await press(frame.getByRole('button', { name: 'Show the chart' }));
  await picture.waitFor();
  await frame.getByRole('combobox', { name: 'Chart' }).selectOption('columnchart');
  await chart(/^Column chart “Storms”/);
  await frame.getByRole('combobox', { name: 'Chart' }).selectOption('timechart');
  await chart(/^Time chart “Storms”/);
  await frame.locator('.chart-data summary').evaluate((summary) => summary.click());
  await frame.getByRole('region', { name: 'Numbers of the chart' }).waitFor();
  await frame.locator('.chart-data summary').evaluate((summary) => summary.click());
});

step('a chart is saved as SVG', async () => {
  const { frame } = await chart(/^Time chart/);
  await press(frame.getByRole('button', { name: 'Save as SVG' }));
  await book.editor.nameFile('.svg', path.join(book.editor.workspace, 'storms.svg'));
  await frame.locator('.chart-notes').filter({ hasText: 'storms.svg' }).waitFor();
  await eventually(() => book.saved('storms.svg'), /^<svg .*Tornado/s);
});

step('run all: every cell has its chart', async () => {
  await book.editor.command('Notebook: Run All');
  await chart(/^Bar chart over State/);
  await book.shot('notebook-charts');
});

step('the charts follow the theme', async () => {
  const { picture } = await chart(/^Time chart/);
  const ground = () => picture.locator('canvas').evaluate((canvas) => [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data].join());
  const before = await ground();
  await book.editor.command('Preferences: Toggle between Light/Dark Themes');
  await eventually(ground, (now) => now !== before && now !== '0,0,0,0');
  await book.shot('notebook-charts-other');
  await book.editor.command('Preferences: Toggle between Light/Dark Themes');
  await eventually(ground, (now) => now === before);
});

step('outputs are kept in the file, a row a line', async () => {
  await eventually(async () => {
    await book.save();
    return outputsOf('chart.kqlnb', 1)[0].tables[0].chart.kind;
  }, 'timechart');
  await eventually(async () => {
    await book.save();
    return book.saved('chart.kqlnb');
  }, /^ {16}\["TEXAS","\d+"\],$/m);
  assert.doesNotMatch(book.saved('chart.kqlnb'), /"controls"|"view"|"result"/);
  assert.equal(JSON.parse(book.saved('chart.kqlnb')).note, 'kept');
});

step('and they are there again after a reload: charts as charts, without what needs the result', async () => {
  await book.editor.open();
  await book.page.locator('.tab.active[data-resource-name="chart.kqlnb"]').waitFor();
  const { frame, picture } = await chart(/^Time chart “Storms”/);
  await eventually(() => painted(picture), (count) => count > 2000);
  await frame.getByRole('button', { name: 'Open all rows in Results' }).first().waitFor({ state: 'detached' });
  await frame.getByRole('combobox', { name: 'Chart' }).first().waitFor({ state: 'detached' });
  // Outputs stand in the frame in the order in which they were drawn.
  await press(frame.locator('.calypso').filter({ has: frame.locator('th', { hasText: 'EventType' }) }).getByRole('button', { name: 'Show the rows' }));
  await frame.locator('.calypso th').filter({ hasText: 'EventType' }).waitFor();
  await book.shot('notebook-kept');
});

step('an export to Markdown has what the cells show', async () => {
  await book.editor.command('Calypso: Export Notebook As');
  await book.editor.pick('Markdown');
  await book.page.locator('.view-line').filter({ hasText: '*Time chart “Storms”' }).first().waitFor();
});

step('of a cell that fails behind its first query the rows and the error are there, and the next doesn’t run; the file keeps the rows', async () => {
  await book.open('fails.kqlnb');
  await book.cells.first().waitFor();
  await book.editor.command('Notebook: Run All');
  const frame = await book.outputs('Line 3, column 21:');
  await frame.locator('.calypso th').filter({ hasText: 'Rows' }).waitFor();
  assert.equal(await frame.locator('.calypso').filter({ hasText: 'Never' }).count(), 0);
  await book.page.locator('.tab.active.dirty').waitFor();
  await eventually(async () => {
    await book.save();
    return outputsOf('fails.kqlnb', 0).map(({ tables }) => tables[0].rows);
  }, [[['7']]]);
  assert.equal(outputsOf('fails.kqlnb', 1), undefined);
});

step('odd content is saved as it was read', async () => {
  await book.open('odd.kqlnb');
  await book.enter(0);
  await book.page.keyboard.press('F5');
  await book.outputs('a b');
  await book.editor.command('Notebook: Clear All Outputs');
  await book.enter(0);
  await book.page.keyboard.press('Control+End');
  await book.page.keyboard.type(' ');
  await book.page.locator('.tab.active.dirty').waitFor();
  await book.page.keyboard.press('Backspace');
  await eventually(async () => {
    await book.save();
    return book.saved('odd.kqlnb');
  }, odd);
});

step('of a connection whose data is never stored no file gets a row', async () => {
  const config = path.join(book.editor.folder, '.config', 'calypso');
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, 'connections.json'), JSON.stringify({ marks: { embedded: { private: true } } }));
  await book.editor.command('Calypso: Restart Server');
  await book.open('secret.kqlnb');
  await book.enter(0);
  await book.page.keyboard.press('F5');
  await book.outputs('hidden');
  await book.page.locator('.tab.active.dirty').waitFor();
  await book.save();
  assert.equal(outputsOf('secret.kqlnb', 0), undefined);
  assert.doesNotMatch(book.saved('secret.kqlnb'), /hidden/);
});

book.finish();
