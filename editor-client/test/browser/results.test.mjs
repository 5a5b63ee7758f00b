// Results in the real editor: what a person does with rows, how they leave it, and what a million of them cost.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';
import { inspect } from './inspector.mjs';

const million = `set notruncation;
range n from 1 to 1000000 step 1
| extend State = tostring(dynamic(["TEXAS", "KANSAS", "OHIO", "NEW YORK"])[n % 4]), At = datetime(2007-01-01) + n * 1s, Damage = n * 13.7 / 8,
    Even = n % 2 == 0, Span = n * 1ms, Text = strcat("event ", n), More = n * 7919, Small = toint(n % 100), Last = strcat("row ", n)
`;

const files = {
  'two.kql': 'StormEvents\n| project State, EventType, DamageProperty, StartTime\n| take 2000\n\nPopulationData\n| sort by State asc\n| take 5\n',
  'json.kql': 'print Payload = dynamic({"id": 9223372036854775807, "tags": ["a", "b"], "nested": {"x": 1.5}})\n',
  'states.kql': 'StormEvents\n| summarize Events = count(), Damage = sum(DamageProperty), Last = max(StartTime) by State, EventType\n| sort by Events desc\n',
  'odd.kql': 'print [\'a b\'] = "=1+1", Again = "line\\nbreak", Arabic = "عربي", Emoji = "👩‍👩‍👧", NotANumber = real(nan), Infinite = real(+inf), Huge = strcat_array(repeat("x", 5000), "")\n',
  'none.kql': 'StormEvents\n| where State == "NOWHERE"\n',
  'million.kql': million,
  'endless.kql': 'range x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
};

const theme = process.env.CALYPSO_THEME;
let editor;
let page;

before(async () => {
  // VS Code's own search for ports starts a process every other second: that would be in the figures.
  editor = await Editor.start({ name: 'results', files, userSettings: { 'remote.autoForwardPorts': false, ...(theme === undefined ? {} : { 'workbench.colorTheme': theme }) } });
  page = editor.page;
}, { timeout: 300_000 });
after(() => editor?.close());

const step = stepsOf(() => editor);
const menu = async (column, item) => {
  await editor.results.getByRole('columnheader', { name: column }).click({ button: 'right' });
  await editor.results.getByRole('menu').getByText(item, { exact: true }).click();
};
const toast = (text) => page.locator('.notification-toast').filter({ hasText: text });
const clipboard = (text) => editor.clipboard(new RegExp(text));

async function run(file, line = 1) {
  await editor.file(file);
  await editor.caret(line);
  await page.keyboard.press('F5');
}

const state = () => path.join(editor.folder, '.local', 'state', 'calypso', 'results');

/** What is kept of each window. */
function windows() {
  const folder = path.join(state(), 'windows');
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json')) : [];
  return files.map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
}

/** Waits until the tab in front is on the disk as it is shown, with its rows: what comes next may end the server at any moment. */
async function kept(title, looks) {
  const holds = () => {
    const [{ front, tabs, looks: all } = { tabs: [] }] = windows();
    const tab = tabs.find((tab) => tab.tab === front);
    return tab !== undefined && tab.status === 'done' && tab.title.startsWith(title) && existsSync(path.join(state(), `${tab.entry}.rows`)) && looks.test(JSON.stringify(all[tab.entry]));
  };
  await eventually(holds, true, `${title} isn't on the disk as ${looks}`);
}

const keptMark = () => editor.results.getByText(/^Kept result from \d{4}-/);

/** Of rows that were kept: the mark, the sort, the first row. */
async function again(first) {
  await keptMark().waitFor();
  await editor.results.locator('[aria-sort="descending"]', { hasText: 'Damage' }).waitFor();
  await editor.cell(0, 0).getByText(first, { exact: true }).waitFor();
}

async function saveTo(name) {
  const file = path.join(editor.workspace, name);
  await editor.nameFile(`results${path.extname(name)}`, file);
  return file;
}

step('rows: sort by a click, filter what is typed, search, and take it all back', async () => {
  await editor.file('two.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.results.getByText('2,000 rows').waitFor();
  await editor.results.getByRole('columnheader', { name: 'DamageProperty' }).locator('.name').click();
  await editor.results.locator('[aria-sort="ascending"]').waitFor();
  await menu('State', 'Filter…');
  await page.keyboard.type('^tex');
  await editor.results.getByText(/ of 2,000 rows/).waitFor();
  await editor.cell(0, 0).getByText('TEXAS', { exact: true }).waitFor();
  await editor.results.getByRole('textbox', { name: 'Filter DamageProperty' }).fill('>many');
  await editor.results.getByRole('alert').getByText(/"many" is no int/).waitFor();
  await editor.results.getByRole('textbox', { name: 'Filter DamageProperty' }).fill('1..50000');
  await editor.results.getByRole('alert').waitFor({ state: 'hidden' });
  await editor.results.getByRole('button', { name: 'Show filters' }).click();
  await editor.results.getByText('2,000 rows', { exact: true }).waitFor();
  await editor.results.getByRole('searchbox').fill('tornado');
  await editor.results.getByText(/ of 2,000 rows/).waitFor();
  await editor.results.getByRole('searchbox').fill('');
  await editor.results.getByText('2,000 rows', { exact: true }).waitFor();
});

step('columns: pinned, hidden, chosen again, described', async () => {
  await menu('DamageProperty', 'Pin to the Left');
  await editor.results.locator('.header .frozen', { hasText: 'DamageProperty' }).waitFor();
  await menu('EventType', 'Hide Column');
  await editor.results.getByRole('columnheader', { name: 'EventType' }).waitFor({ state: 'detached' });
  await menu('State', 'Choose Columns…');
  await editor.pick('EventType');
  await page.locator('.quick-input-widget:visible').getByText('OK', { exact: true }).click();
  await editor.results.getByRole('columnheader', { name: 'EventType' }).waitFor();
  await menu('DamageProperty', 'Statistics');
  const facts = editor.results.getByRole('region', { name: 'Statistics of DamageProperty' });
  await facts.getByText('Median').waitFor();
  await facts.getByText('Most frequent').waitFor();
  await page.keyboard.press('Escape');
});

step('groups: totals, opened by key; a group of groups', async () => {
  await menu('State', 'Group by This Column');
  await editor.cell(0, 0).getByText(/ \(\d+\)$/).waitFor();
  const count = async () => Number(await editor.results.getByRole('grid').getAttribute('aria-rowcount'));
  const rows = await count();
  await editor.cell(0, 0).click();
  await page.keyboard.press('Enter');
  await editor.results.locator('[aria-expanded="true"]').first().waitFor();
  await eventually(count, (now) => now > rows);
  await menu('EventType', 'Group by This Column');
  await editor.cell(0, 0).click();
  await page.keyboard.press('Enter');
  await editor.results.locator('[aria-expanded="false"][data-column="1"]').first().waitFor();
  await menu('State', "Don't Group");
  await editor.results.locator('.row.group').first().waitFor({ state: 'detached' });
});

step('a result that is pinned and renamed survives the next run; closed ones are gone', async () => {
  await editor.results.getByRole('tab').first().click({ button: 'right' });
  await editor.results.getByRole('menu').getByText('Pin: Keep for the Next Run').click();
  await editor.results.locator('.tab .codicon-pinned').waitFor();
  await editor.command('Calypso: Rename Result');
  await page.locator('.quick-input-widget:visible input').fill('my storms');
  await page.keyboard.press('Enter');
  await editor.results.getByRole('tab', { name: 'my storms' }).waitFor();
  await run('two.kql', 5);
  await editor.results.getByText('5 rows').waitFor();
  await eventually(() => editor.results.getByRole('tab').count(), 2);
  await editor.results.getByRole('tab', { name: 'my storms' }).click();
  await editor.results.getByText('2,000 rows').waitFor();
  await editor.results.locator('[aria-sort="ascending"]').waitFor();
  await editor.command('Calypso: Close Result');
  await editor.results.getByRole('tab', { name: 'my storms' }).waitFor({ state: 'detached' });
  await editor.results.getByText('5 rows').waitFor();
});

step('a dynamic value opens as a tree, its numbers as they are', async () => {
  await run('json.kql');
  await editor.cell(0, 0).dblclick();
  const tree = editor.results.getByRole('tree');
  await tree.getByText('9223372036854775807').waitFor();
  await tree.getByText('2 elements').click();
  await tree.getByText('"b"').waitFor();
  await page.keyboard.press('Escape');
});

step('odd texts and values', async () => {
  await run('odd.kql');
  await editor.cell(0, 1).getByText('line↵ break').waitFor();
  await editor.cell(0, 3).getByText('👩‍👩‍👧').waitFor();
  await editor.cell(0, 4).getByText('NaN').waitFor();
  await run('none.kql');
  await editor.results.getByText('The query gave no rows.').waitFor();
});

step('copied: a cell, with headers, as datatable, as a list', async () => {
  await run('two.kql', 5);
  await editor.cell(0, 0).getByText('ALABAMA', { exact: true }).click();
  await page.keyboard.press('Control+c');
  await clipboard('^ALABAMA$');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+Shift+C');
  await clipboard('^State\\nALABAMA\\nALASKA$');
  for (const [item, text] of [['Copy as datatable', '^datatable\\(State:string\\)\\['], ['Copy as in (…) List', '^\\("ALABAMA", "ALASKA"\\)$']]) {
    await editor.cell(1, 0).click({ button: 'right' });
    await editor.results.getByRole('menu').getByText(item, { exact: true }).click();
    await clipboard(text);
  }
});

step('exported: Parquet from the rows, for Excel straight from the query', async () => {
  await editor.command('Calypso: Export Results');
  await editor.pick('Parquet');
  const parquet = await saveTo('states.parquet');
  await toast(/5 rows, .*states\.parquet/).waitFor();
  await eventually(() => readFileSync(parquet).subarray(0, 4).toString(), 'PAR1');
  await editor.file('odd.kql');
  await editor.command('Calypso: Run and Export to File');
  await editor.pick('CSV for Excel');
  const excel = await saveTo('odd.csv');
  await toast(/1 rows?, .*odd\.csv/).waitFor();
  assert.match(readFileSync(excel, 'utf8'), /^\ufeffa b,Again,.*\r\n'=1\+1,"line\nbreak",/);
  await eventually(() => readdirSync(editor.workspace).filter((name) => name.endsWith('.part')), []);
  await editor.command('Notifications: Clear All Notifications');
});

/** When the first of a million rows are seen: the moment after the frame that they are drawn in. */
const firstRows = (frame) =>
  frame.evaluate(async () => {
    const here = () => document.querySelector('.grid[aria-rowcount="1000001"]') !== null && document.querySelector('.cell[data-row="0"]:not(.loading)') !== null;
    for (let seen = false; !seen; ) {
      seen = here();
      await new Promise((done) => requestAnimationFrame(done));
    }
    return Date.now();
  });

/** When the last run had its last row, as the history has it. */
function ended() {
  const lines = readFileSync(path.join(editor.folder, '.local', 'state', 'calypso', 'history.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const end = lines.findLast(({ ends }) => ends !== undefined);
  return Date.parse(lines.find(({ id }) => id === end.ends).at) + end.ms;
}

/** Jumps to places all over the grid, and gives how many milliseconds each took until its rows were there. */
const jumps = (frame) =>
  frame.evaluate(async () => {
    const grid = document.querySelector('.grid');
    const times = [];
    for (let n = 1; n <= 30; n++) {
      const start = performance.now();
      grid.scrollTop = ((n * 7919) % 1000) / 1000 * (grid.scrollHeight - grid.clientHeight);
      for (;;) {
        await new Promise((done) => requestAnimationFrame(done));
        const cells = [...document.querySelectorAll('.row .cell[data-column="0"]')].filter((cell) => {
          const box = cell.getBoundingClientRect();
          return box.bottom > 60 && box.top < grid.clientHeight;
        });
        if (cells.length > 3 && cells.every((cell) => !cell.classList.contains('loading'))) {
          break;
        }
      }
      times.push(performance.now() - start);
    }
    return times;
  });

const runMillion = async () => {
  await run('million.kql');
  await editor.results.getByText('1,000,000 rows').waitFor();
  await editor.cell(0, 0).waitFor();
};

step('a million rows: first rows, jumps, and how long the extension host was held up', async () => {
  const host = await inspect(editor).catch((error) => console.log(`      not measured: ${error.message}`)); // another program may have its port
  await host?.start();
  const frame = await editor.webview('results');
  const painted = firstRows(frame);
  await runMillion();
  const times = await jumps(frame);
  const held = await host?.stop();
  const figures = { rows: 1_000_000, columns: 10, firstPaintMs: (await painted) - ended(), jumpAverageMs: Math.round(times.reduce((sum, time) => sum + time, 0) / times.length), jumpMaxMs: Math.round(Math.max(...times)), ...(held === undefined ? {} : { extensionHostHeldMs: held.heldMs, extensionHostLongest: held.longest }) };
  console.log(`figures: ${JSON.stringify(figures)}`);
});

// Not in the step before: after a collection that was asked for, V8 soon makes another of the whole window, which jumps would wait for.
step('a million rows: memory', async () => {
  await run('states.kql');
  await editor.results.getByRole('columnheader', { name: 'Events' }).waitFor();
  const frame = await editor.webview('results');
  // Without a process of its own the view's heap is the window's: what it grows by is the view's, and more.
  const session = await page.context().newCDPSession(frame).catch(() => page.context().newCDPSession(page));
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  const before = await heap();
  await runMillion();
  await jumps(frame);
  console.log(`figures: ${JSON.stringify({ rows: 1_000_000, columns: 10, heapMB: Number((((await heap()) - before) / 2 ** 20).toFixed(1)) })}`);
  await page.keyboard.press('Control+End');
});

step('a reload of the window: the rows are there, sorted, filtered and marked as kept; they are sorted on, drawn and exported', async () => {
  await run('states.kql');
  await editor.results.getByRole('columnheader', { name: 'Events' }).waitFor();
  await menu('Damage', 'Sort Descending');
  await editor.results.locator('[aria-sort="descending"]').waitFor();
  await menu('EventType', 'Filter…');
  await page.keyboard.type('=Tornado');
  await editor.results.getByText(/ of [\d,]+ rows/).waitFor();
  await editor.cell(0, 1).getByText('Tornado', { exact: true }).waitFor();
  const [first, rows] = [await editor.cell(0, 0).innerText(), await editor.results.getByText(/ of [\d,]+ rows/).innerText()];
  await keptMark().waitFor({ state: 'detached' });
  await kept('StormEvents', /"Column":3,"Descending":true.*=Tornado/);
  await editor.open();
  await again(first);
  await editor.results.getByText(rows, { exact: true }).waitFor();
  await eventually(() => editor.results.getByRole('textbox', { name: 'Filter EventType' }).inputValue(), '=Tornado');
  await picture('kept');
  await editor.command('Calypso: Export Results');
  await editor.pick('Parquet');
  const parquet = await saveTo('kept.parquet');
  await toast(/rows, .*kept\.parquet/).waitFor();
  await eventually(() => readFileSync(parquet).subarray(0, 4).toString(), 'PAR1');
  await editor.command('Notifications: Clear All Notifications');
  await editor.results.getByRole('button', { name: 'Show chart' }).click();
  await editor.results.locator('.chart-picture canvas, .chart-picture svg').first().waitFor();
  await editor.results.getByRole('button', { name: 'Show chart' }).click();
  await editor.cell(0, 0).waitFor();
});

step('the server is killed: the rows are there again, sorted as before', async () => {
  await editor.file('states.kql');
  await editor.ready();
  await run('states.kql');
  await keptMark().waitFor({ state: 'detached' });
  await menu('Damage', 'Sort Descending');
  await editor.results.locator('[aria-sort="descending"]').waitFor();
  const first = await editor.cell(0, 0).innerText();
  await kept('StormEvents', /"Column":3,"Descending":true/);
  const [server] = await eventually(() => editor.serverProcesses(), (found) => found.length === 1);
  process.kill(server, 'SIGKILL');
  await again(first);
  await eventually(() => editor.serverProcesses(), (found) => found.length === 1 && found[0] !== server);
});

step('a million kept rows are read when their tab is shown', async () => {
  await run('million.kql');
  await editor.results.getByText('1,000,000 rows').waitFor();
  await editor.results.getByRole('tab').first().click({ button: 'right' });
  await editor.results.getByRole('menu').getByText('Pin: Keep for the Next Run').click();
  await editor.results.locator('.tab .codicon-pinned').waitFor();
  await kept('range n from 1', /Sort/);
  await run('two.kql', 5);
  await editor.results.getByText('5 rows', { exact: true }).waitFor();
  await kept('PopulationData', /Sort/);
  await editor.open();
  await keptMark().waitFor();
  await editor.results.getByText('5 rows', { exact: true }).waitFor();
  const frame = await editor.webview('results');
  const milliseconds = await frame.evaluate(async () => {
    const start = performance.now();
    document.querySelector('.tab').click();
    while (document.querySelector('.grid')?.getAttribute('aria-rowcount') < 1_000_000 || document.querySelector('.row .cell[data-column="0"]:not(.loading)') === null) {
      await new Promise((done) => requestAnimationFrame(done));
    }
    return performance.now() - start;
  });
  await editor.results.getByText('1,000,000 rows').waitFor();
  console.log(`figures: ${JSON.stringify({ rows: 1_000_000, columns: 10, keptFirstPaintMs: Math.round(milliseconds) })}`);
});

step('two windows that start at once: each has its own results', async () => {
  const tabs = ({ results }) => results.getByRole('tab').count();
  const other = await editor.another();
  await other.file('none.kql');
  await other.ready();
  await other.page.keyboard.press('F5');
  await other.results.getByText('The query gave no rows.').waitFor();
  await eventually(() => windows().filter(({ tabs }) => tabs.every((tab) => tab.status === 'done')).length, 2);
  await Promise.all([editor.open(), other.open()]);
  for (const [window, count] of [[editor, 2], [other, 1]]) {
    await window.command('Results: Focus on Results View'); // it isn't kept so soon that the panel is open
    await eventually(() => tabs(window), count, 'each has its own');
  }
  await other.results.getByText('The query gave no rows.').waitFor();
  await other.page.context().close();
});

step('a time limit ends a query', async () => {
  editor.configure({ 'calypso.query.timeout': 2 }); // a million rows may take longer than any limit that a test would wait for
  await editor.open();
  await run('endless.kql');
  await editor.results.getByRole('alert').getByText('longer than 2s').waitFor();
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});

// Of the whole window after a reload, light and dark, into the folder that CALYPSO_PICTURES names.
async function picture(name) {
  const folder = process.env.CALYPSO_PICTURES;
  if (folder === undefined) {
    return;
  }
  for (let n = 0; n < 2; n++) {
    const word = (await page.locator('.monaco-workbench.vs-dark').count()) > 0 ? 'dark' : 'light';
    await editor.results.locator(`body.vscode-${word}`).waitFor();
    await page.screenshot({ path: path.join(folder, `results-${name}-${word}.png`) });
    await editor.command('Preferences: Toggle between Light/Dark Themes');
    await page.locator(`.monaco-workbench${word === 'dark' ? ':not(.vs-dark)' : '.vs-dark'}`).waitFor();
  }
}
