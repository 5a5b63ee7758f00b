// A day with a notebook in the real editor: cells are added, moved, split, joined and undone; some run, one is stopped; the file has one
// changed line for one change; it goes out as a page, as a Jupyter notebook and comes back; a broken file opens as text.
import assert from 'node:assert/strict';
import path from 'node:path';
import { eventually } from './eventually.mjs';
import { cell, notebook, NotebookEditor } from './notebook-editor.mjs';

const conflict = notebook(cell('kql', 'print 1')).replace('  "cells"', '<<<<<<< ours\n  "note": "a",\n=======\n  "note": "b",\n>>>>>>> theirs\n  "cells"');
const files = {
  'cells.kqlnb': notebook(cell('kql', 'print First = 1'), cell('kql', 'print Second = 2'), cell('kql', 'print Third = 3')),
  'errors.kqlnb': notebook(cell('kql', 'print Above = 1'), cell('kql', 'print Wrong = tolong('), cell('kql', 'print Below = 1')),
  'endless.kqlnb': notebook(cell('kql', 'range x from 1 to 100000000000 step 1', '| where x % 7 == 8', '| count'), cell('kql', 'print Behind = 1')),
  'report.kqlnb': notebook(
    cell('markdown', '# Report', '', 'With **words** and ![a picture](pictures/a.png).'),
    cell('kql', 'StormEvents', '| summarize Events = count() by EventType', '| top 3 by Events', '| render columnchart with (title="Kinds <b>")'),
    cell('kql', 'print Text = "<script>alert(1)</script>"'),
  ),
  'conflict.kqlnb': conflict,
  'half.kqlnb': notebook(cell('kql', 'print Kept = 1')).slice(0, 60),
  'future.kqlnb': '{"version": 9, "cells": []}\n',
  'marked.kqlnb': `\ufeff${notebook(cell('kql', 'print Marked = 1'))}`,
};

const shots = process.env.CALYPSO_PICTURES;
const book = new NotebookEditor({ name: 'notebook-cells', files });
const { step } = book;
const texts = (name) => JSON.parse(book.saved(name)).cells.map(({ text }) => text.join('\n'));

/** Saves until the file has these cells: what was done to them gets there a moment later. */
const savedAs = (name, wanted) => eventually(async () => {
  await book.save();
  return texts(name);
}, wanted);

/** Puts the focus on a cell itself, where keys are for cells; a key that comes while the focus is on its way is lost. */
async function select(index) {
  await book.cells.nth(index).locator('.execution-count-label').click();
  await eventually(() => book.page.evaluate(() => document.activeElement?.closest('.cell-list-container') != null && document.activeElement.closest('.monaco-editor') === null), true);
  await eventually(() => book.cells.nth(index).getAttribute('class'), /focused/);
}

step('cells are added, moved, made notes and deleted by keys, and all of it is undone', async () => {
  await book.open('cells.kqlnb');
  await book.cells.nth(2).waitFor();
  await select(0);
  await book.page.keyboard.press('Control+Enter');
  await book.cells.nth(3).waitFor();
  await eventually(() => book.page.locator('.notebook-editor .monaco-editor.focused').count(), 1);
  await book.page.keyboard.type('print Added = 4');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Added = 4', 'print Second = 2', 'print Third = 3']);
  await select(1);
  await book.page.keyboard.press('Alt+ArrowDown');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Second = 2', 'print Added = 4', 'print Third = 3']);
  await select(2);
  await book.page.keyboard.press('Delete');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Second = 2', 'print Third = 3']);
  await select(0);
  await book.page.keyboard.press('Control+z');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Second = 2', 'print Added = 4', 'print Third = 3']);
  await select(0);
  await book.page.keyboard.press('Control+z');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Added = 4', 'print Second = 2', 'print Third = 3']);
});

step('a cell is split at the caret, and joined again', async () => {
  await book.enter(1);
  await book.page.keyboard.press('Control+End');
  for (let i = 0; i < ' = 4'.length; i++) {
    await book.page.keyboard.press('ArrowLeft');
  }
  await book.editor.command('Notebook: Split Cell');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Added', ' = 4', 'print Second = 2', 'print Third = 3']);
  await book.enter(1);
  await book.editor.command('Notebook: Join With Next Cell');
  await savedAs('cells.kqlnb', ['print First = 1', 'print Added\n = 4', 'print Second = 2', 'print Third = 3']);
});

step('the file changed by these lines only', () => {
  const before = files['cells.kqlnb'].split('\n');
  const now = book.saved('cells.kqlnb').split('\n');
  assert.deepEqual(now.filter((line) => !before.includes(line)), ['        "print Added",', '        " = 4"']);
  assert.deepEqual(before.filter((line) => !now.includes(line)), []);
});

step('cells above one run without it; the one behind has no rows', async () => {
  await book.enter(2);
  await book.editor.command('Notebook: Execute Above Cells');
  const frame = await book.outputs('First');
  await frame.locator('.calypso th').filter({ hasText: 'Added' }).waitFor();
  await book.page.locator('.execution-count-label').filter({ hasText: '[2]' }).waitFor();
  assert.equal(await frame.locator('.calypso').filter({ hasText: 'Third' }).count(), 0);
});

step('run all ends at the cell that fails; what stands behind it isn’t marked as failed', async () => {
  await book.open('errors.kqlnb');
  await book.cells.nth(2).waitFor();
  await book.editor.command('Notebook: Run All');
  await (await book.outputs('Above')).locator('.error, .output_container').first().waitFor();
  await eventually(() => book.page.locator('.notebook-editor:visible .codicon-notebook-state-error').count(), 1);
  await book.page.locator('.notebook-editor:visible .codicon-notebook-state-success').waitFor();
  await book.shot('notebook-stops');
});

step('a cell is stopped by its key and says so; the next doesn’t run', async () => {
  await book.open('endless.kqlnb');
  await book.cells.nth(1).waitFor();
  await book.enter(0);
  await book.editor.command('Notebook: Run All');
  await book.page.locator('.notebook-editor:visible .codicon-notebook-state-executing').first().waitFor();
  await book.enter(0);
  await book.page.keyboard.press('Shift+F5');
  await book.outputs('The query was stopped');
  await eventually(() => book.page.locator('.notebook-editor:visible').locator('.codicon-notebook-state-executing, .codicon-notebook-state-pending').count(), 0);
  await book.shot('notebook-stopped');
});

step('a notebook is exported as one page: notes, coloured queries, rows, the chart; it runs and asks for nothing', async () => {
  await book.open('report.kqlnb');
  await book.cells.nth(1).waitFor();
  await book.editor.command('Notebook: Run All');
  await (await book.outputs('Show rows')).locator('.calypso td').filter({ hasText: '<script>' }).waitFor();
  await book.editor.command('Calypso: Export Notebook As');
  await book.editor.pick('Page (.html)');
  await book.editor.nameFile('report.html', path.join(book.editor.workspace, 'report.html'));
  const toast = book.page.locator('.notification-toast').filter({ hasText: 'is written to' });
  await toast.waitFor();
  assert.match(book.saved('report.html'), /<h1>Report<\/h1>/);
  const reader = await book.page.context().newPage();
  const asked = [];
  reader.on('request', (request) => asked.push(request.url()));
  await reader.setContent(book.saved('report.html'));
  await reader.getByRole('heading', { name: 'Report' }).waitFor();
  await reader.getByRole('img', { name: /^Column chart “Kinds <b>”/ }).waitFor();
  await reader.locator('svg title').filter({ hasText: 'Thunderstorm Wind' }).first().waitFor({ state: 'attached' });
  await reader.getByRole('cell', { name: '<script>alert(1)</script>' }).waitFor();
  await reader.getByRole('link', { name: 'a picture' }).waitFor();
  await reader.locator('.kql .t1').filter({ hasText: 'summarize' }).waitFor();
  await reader.getByText('Rows', { exact: true }).click();
  await reader.getByRole('columnheader', { name: 'EventType' }).waitFor();
  for (const scheme of ['light', 'dark']) {
    await reader.emulateMedia({ colorScheme: scheme });
    if (shots !== undefined) {
      await reader.screenshot({ path: path.join(shots, `notebook-page-${scheme}.png`), fullPage: true });
    }
  }
  assert.deepEqual(asked, []);
  await reader.close();
});

step('and as a Jupyter notebook, which comes back', async () => {
  await book.editor.command('Calypso: Export Notebook As');
  await book.editor.pick('Jupyter notebook');
  await book.editor.nameFile('report.ipynb', path.join(book.editor.workspace, 'report.ipynb'));
  const file = await eventually(() => JSON.parse(book.saved('report.ipynb')), ({ cells }) => cells.length === 3);
  assert.deepEqual(file.cells[1].outputs.map(({ data }) => Object.keys(data)[0]), ['image/svg+xml', 'text/html']);
  await book.editor.command('Calypso: Import Jupyter Notebook');
  await book.editor.nameFile('/workspace/', path.join(book.editor.workspace, 'report.ipynb'));
  await book.page.locator('.tab.active').filter({ hasText: 'Untitled' }).waitFor(); // the one that was exported has the same cells
  await book.page.locator('.notebook-editor:visible .code-cell-row .view-line').filter({ hasText: 'Kinds <b>' }).waitFor();
});

for (const [name, words, text] of [
  ['conflict.kqlnb', /line 4, column 1/, '<<<<<<< ours'],
  ['half.kqlnb', /the file ends too early/, 'version'],
  ['future.kqlnb', /of version 9, this program knows 1: update Calypso/, '"version": 9'],
]) {
  step(`${name}: a sentence says why it doesn’t open, a button opens it as text, and it stays as it is`, async () => {
    await book.open(name);
    await book.page.getByText(words).first().waitFor();
    await book.page.getByRole('button', { name: 'Open in Text Editor' }).click();
    await book.page.locator('.editor-instance .view-line').filter({ hasText: text }).first().waitFor();
    assert.equal(book.saved(name), files[name]);
    await book.shot('notebook-as-text');
  });
}

step('a mark of the encoding at the file’s begin is no fault', async () => {
  await book.open('marked.kqlnb');
  await book.enter(0);
  await book.page.keyboard.press('F5');
  await book.outputs('Marked');
});

step('a new notebook has the caret in its first cell, and asks for a name when it is saved', async () => {
  await book.editor.command('Calypso: New Notebook');
  await book.page.locator('.tab.active').filter({ hasText: 'Untitled' }).waitFor();
  await eventually(() => book.cells.allInnerTexts(), (cells) => cells.length === 1 && !cells[0].includes('print')); // no other is in front
  await book.cells.nth(0).locator('.monaco-editor.focused').waitFor();
  await book.page.keyboard.press('F5'); // of an empty cell: nothing
  await book.page.keyboard.type('print New = 1');
  await book.page.keyboard.press('F5');
  await book.outputs('New');
  await book.page.keyboard.press('Control+s');
  await book.editor.nameFile('.kqlnb', path.join(book.editor.workspace, 'new.kqlnb'));
  await eventually(() => texts('new.kqlnb'), ['print New = 1']);
  assert.equal(await book.page.getByText('There is no query here').count(), 0);
});

book.finish();
