// What was run and what is written, by keyboard alone: runs of the history, scratch pads, new documents, notebooks.
import path from 'node:path';
import { eventually, KeyboardEditor, line, tab } from './keyboard.mjs';
import { cell, notebook } from './notebook-editor.mjs';

const by = new KeyboardEditor({
  name: 'keyboard-history',
  files: {
    'texas.kql': 'range Texas from 1 to 3 step 1\n',
    'ohio.kql': 'range Ohio from 1 to 4 step 1\n',
    'storms.kqlnb': notebook(cell('markdown', '# Storms'), cell('kql', 'print Cell = 7')),
    'old.ipynb': JSON.stringify({ nbformat: 4, nbformat_minor: 2, metadata: { kernelspec: { name: 'Kusto', language: 'kusto' } }, cells: [{ cell_type: 'code', source: ['print Imported = 42'] }] }),
  },
});
const { step } = by;

const run = (text) => by.editor.row('History', text);
const rows = (count) => by.editor.results.getByText(`${count} rows`).first().waitFor();

/** Takes the run in the list that is open whose query contains this. */
const pick = (text) => by.take(by.page.locator('.label-name').getByText(text));

step('two queries run; one is opened, copied and run again', async () => {
  for (const [file, count] of [['texas.kql', 3], ['ohio.kql', 4]]) {
    await by.editor.file(file);
    await by.editor.ready();
    await by.keys('F5');
    await rows(count);
  }
  await by.run('history.run');
  await pick('range Texas');
  await rows(3);
  await by.run('history.copy');
  await pick('range Ohio');
  await by.clipboard('^range Ohio from 1 to 4 step 1');
  await by.toTree('History');
  await by.walk(/range Ohio/);
  await by.menu('history.open');
  await tab(by.page, 'Untitled');
  await line(by.page, /range Ohio/);
});

step('the history is searched, shown whole, loses a run, and all of them', async () => {
  await by.run('history.search');
  await by.enter('Search the history', 'ohio');
  await run('range Texas').waitFor({ state: 'detached' });
  await run('range Ohio').waitFor();
  await by.run('history.showAll');
  await run('range Texas').waitFor();
  await by.toTree('History');
  await by.walk(/range Ohio/);
  await by.menu('history.remove');
  await run('range Ohio').waitFor({ state: 'detached' });
  await by.run('history.clear');
  await by.answer('Delete');
  await by.editor.section('History').getByText('Every query that runs is kept here').waitFor();
});

step('a scratch pad is made, renamed, opened and deleted', async () => {
  await by.run('newScratchPad');
  await tab(by.page, 'Scratch 1.kql');
  await by.editor.focused();
  await by.page.keyboard.type('print Pad = 1');
  await by.page.locator('.tab.active:not(.dirty)').filter({ hasText: 'Scratch 1.kql' }).waitFor();
  await by.toTree('Scratch Pads');
  await by.walk('Scratch 1');
  await by.menu('scratch.rename');
  await by.enter('Rename scratch pad', 'Answer');
  await by.editor.row('Scratch Pads', 'Answer').waitFor();
  await by.editor.file('texas.kql');
  await by.run('scratch.open');
  await by.take('Answer');
  await tab(by.page, 'Answer.kql');
  await line(by.page, /print Pad = 1/);
  await by.toTree('Scratch Pads');
  await by.walk('Answer');
  await by.menu('scratch.remove');
  await by.answer('Delete');
  await by.editor.section('Scratch Pads').getByText('A scratch pad is a query that is saved by itself').waitFor();
});

step('an empty query and the sample', async () => {
  await by.run('newQuery');
  await tab(by.page, 'Untitled');
  await by.editor.focused();
  await by.page.keyboard.type('print New = 8');
  await by.keys('F5');
  await by.editor.cell(0, 0).getByText('8', { exact: true }).waitFor();
  await by.run('sampleQuery');
  await line(by.page, /Storms of Texas: press F5/);
});

step('a notebook is made, another imported, a third exported', async () => {
  const cells = by.page.locator('.notebook-editor:visible .code-cell-row');
  await by.run('newNotebook');
  await cells.first().waitFor();
  await eventually(() => cells.count(), 1);
  await by.run('importNotebook');
  await by.file('/workspace/', path.join(by.editor.workspace, 'old.ipynb'));
  await cells.locator('.view-line').filter({ hasText: 'Imported' }).waitFor();
  await by.editor.ask('Control+p');
  await by.type('storms.kqlnb');
  await by.take('storms.kqlnb');
  await tab(by.page, 'storms.kqlnb');
  await cells.locator('.view-line').filter({ hasText: 'Cell' }).waitFor();
  await by.run('exportNotebook');
  await by.take('Markdown');
  await line(by.page, /^\W{3}kusto/);
});

by.finish();
