// The rest of the Results view by keyboard alone, in the real editor: tabs, a value as a tree, the chart and what can be chosen for it,
// parameters, a query that runs and one that failed; and outputs of notebooks.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, KeyboardEditor } from './keyboard.mjs';
import { cell, notebook } from './notebook-editor.mjs';

const by = new KeyboardEditor({
  name: 'keyboard-views',
  files: {
    'storms.kql': 'StormEvents\n| take 3\n| project State\n',
    'json.kql': 'print Payload = dynamic({"id": 7, "tags": ["a", "b"]})\n',
    'chart.kql': 'StormEvents\n| where EventType in ("Hail", "Flood")\n| summarize Events = count(), Damage = sum(DamageProperty) by EventType, bin(StartTime, 7d)\n| project EventType, StartTime, Events, Damage\n| render timechart\n',
    'asks.kql': 'declare query_parameters(state: string = "OHIO", n: long = 2);\nStormEvents | where State == state | take n | project State\n',
    'endless.kql': 'range x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
    'wrong.kql': 'StormEvents\n| where Stat == "TEXAS"\n',
    'book.kqlnb': notebook(cell('kql', 'StormEvents', '| summarize Events = count() by State', '| top 3 by Events', '| render columnchart')),
  },
});
const { step } = by;

let view;
const text = (words) => view.getByText(words).first().waitFor();
const gone = (locator) => locator.waitFor({ state: 'detached' });
const focus = (locator) => locator.and(view.locator(':focus')).waitFor();
const tabs = (count) => eventually(() => view.getByRole('tab').count(), count);
const toView = () => by.palette('Results: Focus on Results View');

async function run(file) {
  await by.editor.file(file);
  await by.editor.ready();
  await by.keys('F5');
  view = await by.editor.webview('results');
}

/** Goes to the tab in front. */
async function toTab() {
  await toView();
  await by.reach(view, /^(StormEvents|kept|print)/, 'Shift+Tab');
}

/** An entry of its menu. */
async function onTab(label) {
  await toTab();
  await by.keys('Shift+F10');
  await by.entry(view, label);
}

step('a tab: each entry of its menu, and its keys', async () => {
  await run('storms.kql');
  await text('3 rows');
  await toTab();
  await by.keys('Shift+F10');
  const labels = () => view.getByRole('menu').locator('.label').allInnerTexts();
  await eventually(labels, ['Pin: Keep for the Next Run', 'Rename…', 'Close', 'Close Others', 'Close All but Pinned']);
  await by.keys('Escape');
  await onTab('Pin: Keep for the Next Run');
  await view.locator('.tab .codicon-pinned').waitFor();
  await onTab('Rename…');
  await by.enter('Rename result', 'kept');
  await view.getByRole('tab', { name: 'kept' }).waitFor();
  for (const label of ['Close', 'Close All but Pinned', 'Close Others']) {
    await run('json.kql');
    await tabs(2);
    if (label === 'Close Others') {
      await toTab();
      await by.keys('Home');
      await text('3 rows');
    }
    await onTab(label);
    await tabs(1);
  }
  await toTab();
  await by.keys('F2');
  await by.enter('Rename result', 'kept well');
  await view.getByRole('tab', { name: 'kept well' }).waitFor();
  await toTab();
  await by.keys('Delete');
  await text('No results yet');
});

step('nothing to show: its button leads to the history', async () => {
  await toView();
  await by.reach(view, /^Show history$/);
  await by.keys('Enter');
  await by.editor.row('History', 'Today').waitFor();
});

step('a dynamic value: opened, walked through, its paths and the whole of it copied', async () => {
  await run('json.kql');
  await by.toRows();
  await by.keys('Enter');
  const node = (name) => view.getByRole('treeitem').filter({ hasText: name });
  await focus(node('id').first());
  await by.keys('ArrowDown', 'ArrowRight');
  await node('"b"').first().waitFor();
  await by.keys('ArrowDown', 'ArrowDown');
  await by.reach(view, /^Copy path Payload\.tags\[1\]$/);
  await by.keys('Enter');
  await by.clipboard('^Payload\\.tags\\[1\\]$');
  await by.reach(view, /^Copy value$/, 'Shift+Tab');
  await by.keys('Enter');
  await by.clipboard('^\\{"id":7,"tags":\\["a","b"\\]\\}$');
  await by.reach(view, /^Close$/);
  await by.keys('Enter');
  await by.at(0, 0);
  await by.keys('Enter');
  await focus(node('id').first());
  await by.round(view, toView);
  await by.toRows();
  await by.reach(view, /^id/);
  await by.keys('Escape');
  await by.at(0, 0);
});

const drawn = (words) => view.getByRole('img', { name: words }).waitFor();
const picture = () => view.locator('.chart-picture canvas').first().evaluate((of) => of.toDataURL());

/** Changes the control that has the focus, and waits until the server has it so. */
async function changed(name, keys) {
  const state = () => view.evaluate((name) => {
    const all = [...document.querySelector('.chart-controls').children];
    const one = all.find((of) => (of.ariaLabel ?? of.textContent).startsWith(name));
    return one.tagName === 'SELECT' ? one.value : (one.ariaPressed ?? one.textContent);
  }, name);
  const before = await state();
  await by.keys(...keys);
  await eventually(state, (now) => now !== before, name);
  await eventually(() => by.focused(view), (now) => now.startsWith(name), `${name} keeps the focus`);
}

/** Puts the caret into the notebook's cell that is marked, from its output by Escape; a key that comes while the focus is on its way is lost. */
const intoCell = (output) => eventually(async () => {
  const carets = () => by.page.locator('.code-cell-row .monaco-editor.focused').count();
  if ((await carets()) === 0) {
    await by.move(output !== undefined && (await inOutput(output)) ? 'Escape' : 'Enter', carets);
  }
  return carets();
}, 1);
const inOutput = (output) => output.evaluate(() => document.hasFocus());

/** Into what the cell shows, by VS Code's own key. */
const intoOutput = (output) => eventually(async () => {
  if (!(await inOutput(output))) {
    await by.move('Control+Shift+ArrowDown', () => inOutput(output));
  }
  return inOutput(output);
}, true);

step('a chart: each control, from the last to the first', async () => {
  await run('chart.kql');
  await drawn(/^Time chart/);
  await by.round(view, toView);
  await by.reach(view, /^Chart$/, 'Shift+Tab');
  await changed('Chart', ['c']);
  await drawn(/^Column chart/);
  const ways = {
    Legend: ['Enter'], 'Log Y': ['Space'], 'Y axes': ['ArrowDown'], Stacking: ['ArrowDown'],
    Series: ['Enter', 'Tab', 'Space', 'Escape'], Y: ['Enter', 'Tab', 'Tab', 'Space', 'Escape'], X: ['ArrowDown'],
  };
  const controls = () => view.locator('.chart-controls').evaluate((all) => [...all.children].map((one) => one.ariaLabel ?? one.querySelector('summary').textContent.replace(/:.*/, '')));
  await eventually(controls, ['Chart', ...Object.keys(ways).toReversed()]);
  await by.reach(view, /^Column chart/);
  for (const [name, keys] of Object.entries(ways)) {
    await by.reach(view, new RegExp(`^${name}(:|$)`), 'Shift+Tab');
    await changed(name, keys);
  }
  await changed('X', ['ArrowDown']); // a number may have a logarithmic axis
  await eventually(controls, (now) => now.includes('Log X'), 'the chart is made anew');
  await by.reach(view, /^Log X$/);
  await changed('Log X', ['Enter']);
});

step('a chart: moved and zoomed, a series switched off, its numbers; copied, saved as PNG and SVG', async () => {
  await run('chart.kql');
  await drawn(/^Time chart/);
  await toView();
  await by.reach(view, /^Time chart/);
  const whole = await picture();
  await by.keys('+');
  await eventually(picture, (now) => now !== whole);
  await by.reach(view, /^Show all of X again$/, 'Shift+Tab');
  await by.keys('Enter');
  await eventually(picture, (now) => now === whole);
  await by.reach(view, /^Copy as render$/);
  await by.keys('Enter');
  await by.clipboard('^\\| render timechart');
  for (const format of ['PNG', 'SVG']) {
    await by.reach(view, new RegExp(`^Save as ${format}$`));
    await by.keys('Enter');
    const file = path.join(by.editor.workspace, `storms.${format.toLowerCase()}`);
    await by.file(`.${format.toLowerCase()}`, file);
    await view.getByRole('status').filter({ hasText: path.basename(file) }).waitFor();
    await eventually(() => readFileSync(file, 'latin1'), format === 'PNG' ? /^.PNG/ : /^<svg/);
    await toView();
  }
  await by.reach(view, /Hail/);
  await by.keys('Space');
  await eventually(() => view.locator(':focus').getAttribute('aria-pressed'), 'false');
  await by.keys('Space');
  await eventually(() => view.locator(':focus').getAttribute('aria-pressed'), 'true');
  await by.reach(view, /^Numbers$/);
  await by.keys('Enter');
  await view.getByRole('region', { name: 'Numbers of the chart' }).waitFor();
  await by.reach(view, /^Show chart$/, 'Shift+Tab');
  await by.keys('Enter');
  await by.editor.cell(0, 0).waitFor();
});

step('values of parameters: a field keeps the focus over the run', async () => {
  await run('asks.kql');
  await text('2 rows');
  await by.toRows();
  await by.reach(view, /^state$/, 'Shift+Tab');
  await by.page.keyboard.type('TEXAS');
  await by.keys('Enter');
  await by.editor.cell(0, 0).getByText('TEXAS').waitFor();
  await focus(view.getByRole('textbox', { name: 'state' }));
  await by.reach(view, /^n$/);
  await by.page.keyboard.type('1');
  await by.reach(view, /^Run with these values$/);
  await by.keys('Enter');
  await text('1 row');
});

step('a query is stopped by its button, run again, and stopped', async () => {
  await run('endless.kql');
  await toView();
  await by.reach(view, /^Stop the query$/);
  await by.keys('Enter');
  await text(/^The query was stopped after/);
  await focus(view.getByRole('button', { name: 'Run again' }));
  await by.keys('Enter');
  await focus(view.getByRole('button', { name: 'Stop the query' }));
  await by.keys('Enter');
  await text(/^The query was stopped after/);
});

step('a query that failed: to its place, again, and to the log', async () => {
  await run('wrong.kql');
  await view.getByRole('alert').waitFor();
  await by.round(view, toView);
  await by.reach(view, /^Go to line 2, column 9$/, 'Shift+Tab');
  await by.keys('Enter');
  await by.editor.focused();
  await by.page.locator('.statusbar-item').filter({ hasText: /Ln 2, Col (9|13)/ }).waitFor();
  await toView();
  await by.reach(view, /^Run again$/);
  await by.keys('Enter');
  await view.getByRole('alert').waitFor();
  await toView();
  await by.reach(view, /^Show log$/);
  await by.keys('Enter');
  await by.page.locator('.panel .view-line').filter({ hasText: '[info]' }).first().waitFor();
});

step("a notebook's output: from the cell into it, its chart and its rows, and back to the cell", async () => {
  await by.editor.ask('Control+p');
  await by.type('book.kqlnb');
  await by.take('book.kqlnb');
  await by.page.locator('.notebook-editor:visible .code-cell-row .view-line').first().waitFor();
  await intoCell();
  await by.keys('F5');
  const output = await by.editor.frame('.calypso, .output_container', '3 rows');
  const chart = output.getByRole('img', { name: /^Column chart/ });
  await chart.waitFor();
  await intoOutput(output);
  await by.reach(output, /^Show the rows$/);
  await by.keys('Enter');
  await output.getByRole('cell', { name: 'TEXAS' }).waitFor();
  await chart.waitFor({ state: 'hidden' });
  await by.reach(output, /^Show the chart$/);
  await by.keys('Enter');
  await chart.waitFor();
  await intoCell(output);
});

step('an output opens in Results, with its chart and all rows, and a key leads back to the notebook', async () => {
  const output = await by.editor.frame('.calypso, .output_container', '3 rows');
  await intoOutput(output);
  await by.reach(output, /^Open all rows in Results$/);
  await by.keys('Enter');
  view = await by.editor.webview('results');
  await drawn(/^Column chart/);
  await toView();
  await by.reach(view, /^Show chart$/, 'Shift+Tab');
  await by.keys('Enter');
  await text('3 rows');
  await by.editor.cell(2, 0).waitFor();
  await by.keys('Control+1');
  await eventually(() => by.page.evaluate(() => document.activeElement.closest('.notebook-editor') !== null), true);
});

by.finish();
