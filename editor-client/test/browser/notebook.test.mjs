// Notebooks in the real editor: a file opens as cells, which complete and run as documents do; rows below them, all of them in Results;
// errors with their place; the connection, an export, an import; a broken file stays as it is.
import assert from 'node:assert/strict';
import path from 'node:path';
import { eventually } from './eventually.mjs';
import { cell, notebook, NotebookEditor } from './notebook-editor.mjs';

const broken = '{\n  "version": 1,\n  "cells": [\n<<<<<<< ours\n';

const files = {
  'storms.kqlnb': notebook(
    cell('markdown', '# Storms of Texas', '', 'Counted by **kind**.'),
    cell('kql', 'StormEvents', '| where State == "TEXAS"', '| summarize Events = count() by EventType', '| top 3 by Events'),
    cell('kql', 'range x from 1 to 120 step 1', '| extend Text = strcat("<img src=x> ", x)'),
  ),
  'wrong.kqlnb': notebook(cell('kql', 'print First = 1'), cell('kql', 'StormEvents', '| where Stat == "TEXAS"'), cell('kql', 'print Never = 1')),
  'asks.kqlnb': notebook(cell('kql', 'declare query_parameters(state: string, n: long = 2);', 'StormEvents | where State == state | take n | project State')),
  'broken.kqlnb': broken,
  'old.ipynb': JSON.stringify({
    nbformat: 4,
    nbformat_minor: 2,
    metadata: { kernelspec: { name: 'Kusto', language: 'kusto' } },
    cells: [{ cell_type: 'markdown', source: ['# From elsewhere'] }, { cell_type: 'code', source: ['print Imported = 42'] }],
  }),
};

const book = new NotebookEditor({ name: 'notebook', files });
const { step } = book;

step('a file opens as cells, coloured and without squiggles', async () => {
  await book.open('storms.kqlnb');
  await book.page.getByRole('heading', { name: 'Storms of Texas' }).or(book.page.locator('.notebook-editor iframe')).first().waitFor();
  await book.cells.nth(1).waitFor();
  await book.page.waitForFunction(() => new Set([...document.querySelectorAll('.code-cell-row .view-line span span')].map((span) => span.className)).size >= 4);
  await book.page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
});

step('run all: the rows of each cell, in order; what is in them is no markup', async () => {
  await book.editor.command('Notebook: Run All');
  const frame = await book.outputs('first 50 of 120 rows');
  await frame.locator('.calypso th').filter({ hasText: 'EventType' }).waitFor();
  await frame.locator('.calypso .about').filter({ hasText: /^3 rows · / }).waitFor();
  await frame.locator('.calypso td').filter({ hasText: '<img src=x> 1' }).first().waitFor();
  await book.page.locator('.execution-count-label').filter({ hasText: '[2]' }).waitFor();
  assert.equal(await frame.locator('.calypso img').count(), 0);
  await book.shot('notebook');
});

step('all rows of a cell open in Results', async () => {
  const frame = await book.outputs('first 50 of 120 rows');
  // A click of the mouse would scroll the frames around it.
  await frame.getByRole('button', { name: 'Open all rows in Results' }).last().evaluate((button) => button.click());
  const results = await book.editor.webview('results');
  await results.getByText('120 rows').waitFor();
  await book.page.keyboard.press('Control+j');
});

step('a cell completes as a document does, and F5 runs it', async () => {
  await book.enter(0);
  await book.page.keyboard.press('Control+End');
  await book.page.keyboard.press('Enter'); // Gives the pipe, too.
  await book.page.keyboard.type('where Eve');
  await (await book.editor.suggested(/^Events/)).click();
  await book.page.keyboard.type(' > 0');
  await book.page.keyboard.press('F5');
  await book.page.locator('.execution-count-label').filter({ hasText: '[3]' }).waitFor();
});

step('a connection chosen in a cell is the whole notebook’s, and is saved; rows are not, unknown fields are', async () => {
  await book.save();
  await book.enter(1);
  await book.editor.command('Calypso: Choose Connection and Database');
  await book.page.locator('.quick-input-title').filter({ hasText: 'Connection for this document' }).waitFor();
  await book.editor.pick('Embedded');
  await book.page.locator('.tab.active.dirty').waitFor();
  await book.save();
  const file = await eventually(() => JSON.parse(book.saved('storms.kqlnb')), ({ connection }) => connection !== undefined);
  assert.deepEqual(file.connection, { cluster: 'embedded', database: 'Samples' });
  assert.equal(file.note, 'kept');
  assert.deepEqual(file.cells[1].text.at(-1), '| where Events > 0');
  assert.doesNotMatch(book.saved('storms.kqlnb'), /img src=x> 1"|"output"/);
});

step('export: as Markdown, its queries as code blocks', async () => {
  await book.editor.command('Calypso: Export Notebook As');
  await book.editor.pick('Markdown');
  await book.page.locator('.view-line').filter({ hasText: '```kusto' }).first().waitFor();
  await book.page.locator('.view-line').filter({ hasText: '# Storms of Texas' }).waitFor();
});

step('an error has its place, and the cells behind it don’t run', async () => {
  await book.open('wrong.kqlnb');
  await book.cells.nth(1).waitFor();
  await book.editor.command('Notebook: Run All');
  await book.outputs('Line 2, column 9:');
  await book.outputs('First');
  const frames = await Promise.all(book.page.frames().map((frame) => frame.locator('.calypso').filter({ hasText: 'Never' }).count().catch(() => 0)));
  assert.deepEqual(frames.filter((count) => count > 0), []);
  await book.shot('notebook-error');
});

step('a cell asks for the parameter that has no value, and shows it above', async () => {
  await book.open('asks.kqlnb');
  await book.enter(0);
  await book.page.keyboard.press('F5');
  await book.page.locator('.quick-input-widget:visible').filter({ hasText: 'Parameter state' }).waitFor();
  await book.page.locator('.quick-input-widget:visible input').fill('FLORIDA');
  await book.page.keyboard.press('Enter');
  await (await book.outputs('FLORIDA')).locator('.calypso .about').filter({ hasText: /^2 rows/ }).waitFor();
  await book.page.locator('.codelens-decoration a').filter({ hasText: 'state = FLORIDA, n = 2' }).click();
  await book.page.locator('.quick-input-widget:visible .label-name').getByText('n', { exact: true }).click();
  await book.page.locator('.quick-input-widget:visible').filter({ hasText: 'Parameter n' }).waitFor();
  await book.page.locator('.quick-input-widget:visible input').fill('two');
  await book.page.keyboard.press('Enter');
  await book.page.locator('.quick-input-widget:visible .quick-input-message').filter({ hasText: 'parameter "n" is a long' }).waitFor();
  await book.page.locator('.quick-input-widget:visible input').fill('4');
  await book.page.keyboard.press('Enter');
  await book.page.locator('.quick-input-widget:visible').filter({ hasText: 'Parameters of the query' }).waitFor();
  await book.page.keyboard.press('Escape');
  await book.page.locator('.codelens-decoration a').filter({ hasText: 'state = FLORIDA, n = 4' }).waitFor();
  await book.enter(0);
  await book.page.keyboard.press('F5');
  await (await book.outputs('4 rows')).locator('.calypso .about').filter({ hasText: /^4 rows/ }).waitFor();
  await book.shot('parameters');
});

step('a file that can’t be read says where, and stays as it is', async () => {
  await book.open('broken.kqlnb');
  await book.page.getByText(/line 4, column 1/).first().waitFor();
  assert.equal(book.saved('broken.kqlnb'), broken);
  await book.shot('notebook-broken');
});

step('a Jupyter notebook is imported and runs', async () => {
  await book.editor.command('Calypso: Import Jupyter Notebook');
  await book.editor.nameFile('/workspace/', path.join(book.editor.workspace, 'old.ipynb'));
  await book.page.locator('.code-cell-row .view-line').filter({ hasText: 'Imported' }).waitFor();
  await book.editor.command('Notebook: Run All');
  await (await book.outputs('Imported')).locator('.calypso td').filter({ hasText: /^42$/ }).waitFor();
});

book.finish();
