// Every state of our views, each with what brings it up in a plain page. accessibility.test.mjs looks at each in every theme,
// layout.test.mjs in narrow, low and odd surroundings.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from './chart-kinds.mjs';
import { openChartPage } from './chart-page.mjs';
import { slowDown } from './chromium.mjs';
import { openChat, openResults } from './results-page.mjs';
import { css } from './themes.mjs';

const client = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

// Each state has tabs of its own: the view remembers what was done in one.
let serial = 0;
const run = async (page, ...tabs) => {
  await page.evaluate((tabs) => window.host.run(...tabs), tabs.map((tab) => ({ ...tab, tab: `t${++serial}`, ...(tab.result === undefined ? {} : { result: `r${serial}` }) })));
  await heard(page);
};
/** Waits until a view has heard what it was told: of what it showed before nothing is there then that a test could take for the new. */
const heard = (page) => page.evaluate(() => new Promise((done) => {
  const mark = `heard ${Math.random()}`;
  window.addEventListener('message', ({ data }) => data === mark && done());
  window.postMessage(mark, '*');
}));
const rows = (title = 'StormEvents', table = 0) => ({ result: 'r', table, title });
const set = (page, values) => page.evaluate((values) => Object.assign(window.host, values), values);

/** A table, with what the page's server is to say of it. */
async function table(page, also = {}, tab = {}) {
  await set(page, { truncated: false, error: undefined, rows: 1_000_000, ...also });
  await run(page, { ...rows(), ...tab }, { ...rows('A second result with a rather long name', 1), pinned: true });
  await page.locator(also.rows === 0 ? '.empty' : '.cell[data-row="3"]:not(.loading)').first().waitFor();
}
const cell = (page, row, column) => page.locator(`.cell[data-row="${row}"][data-column="${column}"]`);
/** Goes to a cell by keyboard, wherever it is, and shows it. */
async function enter(page, row, column) {
  await cell(page, row, 0).click();
  for (let n = 0; n < column; n++) {
    await page.keyboard.press('ArrowRight');
  }
  await page.locator(`.cell[data-row="${row}"][data-column="${column}"]:focus`).waitFor();
  await page.keyboard.press('Enter');
}
const menu = async (page) => page.getByRole('menu').waitFor();

export const failure = { message: 'column "Tornados" not found', data: { kind: 'query', code: 'SEM0100', hint: 'did you mean "Tornadoes"?', detail: '{"error": {}}', range: { start: { line: 4, character: 2 }, end: { line: 4, character: 9 } } } };

const results = {
  'nothing ran yet': (page) => page.getByText('No results yet').waitFor(),
  'rows of several results': (page) => table(page),
  'cells marked, rows cut by a limit': async (page) => {
    await table(page, { truncated: true });
    await cell(page, 1, 1).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('Count 4').waitFor();
  },
  'a column header with the keyboard': async (page) => {
    await table(page);
    await cell(page, 0, 1).click();
    await page.keyboard.press('ArrowUp');
    await page.locator('.head:focus').waitFor();
  },
  filters: async (page) => {
    await table(page);
    await page.getByRole('button', { name: 'Show filters' }).click();
    await page.locator('input.filter').first().fill('tex');
    await page.getByText('100,000 of 1,000,000 rows').waitFor();
  },
  'a sort by two columns': async (page) => {
    await table(page);
    await page.getByRole('columnheader', { name: 'State' }).locator('.name').click();
    await page.getByRole('columnheader', { name: 'Number' }).locator('.name').click({ modifiers: ['Shift'] });
    await page.locator('.order').nth(1).waitFor();
  },
  'no rows': (page) => table(page, { rows: 0 }),
  'the menu of a cell': async (page) => {
    await table(page);
    await cell(page, 1, 1).click({ button: 'right' });
    await menu(page);
  },
  'the menu of a column': async (page) => {
    await table(page);
    await page.getByRole('columnheader', { name: 'Number' }).click({ button: 'right' });
    await menu(page);
  },
  'the menu of the table': async (page) => {
    await table(page);
    await page.getByRole('button', { name: 'More actions' }).click();
    await menu(page);
  },
  'the menu of a tab': async (page) => {
    await table(page);
    await page.getByRole('tab').first().click({ button: 'right' });
    await menu(page);
  },
  groups: async (page) => {
    await table(page);
    await page.getByRole('columnheader', { name: 'Number' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Group by' }).click();
    await page.locator('.row.group .codicon').first().click();
    await page.locator('.row.group [aria-expanded="true"]').first().waitFor();
  },
  'statistics of a column': async (page) => {
    await table(page);
    await page.getByRole('columnheader', { name: 'State' }).click({ button: 'right' });
    await page.getByRole('menuitemcheckbox', { name: 'Statistics' }).click();
    await page.getByText('Most frequent').waitFor();
  },
  'a dynamic value as a tree': async (page) => {
    await table(page);
    await enter(page, 1, 5);
    await page.getByRole('treeitem').filter({ hasText: 'tags' }).click();
    await page.getByRole('button', { name: 'Show more' }).waitFor();
  },
  'a text in full': async (page) => {
    await table(page);
    await enter(page, 1, 6);
    await page.getByLabel('Value of Extra0').waitFor();
  },
  'a result that is gone': async (page) => {
    await table(page);
    await page.getByRole('searchbox').fill('refuse');
    await page.getByRole('button', { name: 'Run again' }).waitFor();
  },
  'a chart that fails': async (page) => {
    await table(page);
    await page.getByRole('button', { name: 'Show chart' }).click();
    await page.getByText('The page has no kusto/result/chart').waitFor();
  },
  parameters: (page) => table(page, {}, { parameters: [{ name: 'state', type: 'string', value: 'TEXAS', default: '"OHIO"' }, { name: 'since', type: 'datetime', default: 'datetime(2007-06-01)' }] }),
  'rows and an error': (page) => table(page, { error: failure }),
  running: async (page) => {
    await run(page, { status: 'running', text: '12,000 rows' });
    await page.getByRole('progressbar').waitFor();
  },
  'an error': async (page) => {
    await run(page, { status: 'failed', error: failure });
    await page.getByRole('alert').waitFor();
    await page.getByText('Full answer').click();
  },
  stopped: async (page) => {
    await run(page, { status: 'cancelled', text: 'after 1.2 s' });
    await page.getByText('Stopped').waitFor();
  },
  'done without rows': async (page) => {
    await run(page, { status: 'done', text: 'The command gave no rows.' }, { status: 'failed', error: failure }, { status: 'running' });
    await page.getByText('Line 5').or(page.getByText('Done')).first().waitFor();
  },
};

export const asked = {
  approvalId: 'a', threadId: 't', turnId: 'u', itemId: 'q', tool: 'kusto_execute_query', query: 'StormEvents\n| summarize Storms = count() by State\n| top 5 by Storms', connection: 'c', database: 'Samples',
  reason: 'policy', findings: [{ class: 'ask', message: 'it reads the whole table' }, { class: 'deny', message: 'it calls out' }, { class: 'info', message: 'it is quick' }], willSend: { rows: 50, bytes: 20480 },
  question: 'Run this query?', sends: 'On Samples. The model gets at most 50 rows (20 KB) of the result.', edited: 'Run edited query', always: true,
};
const answer = '## Storms\n\nHere is **one** way, with `count()`, see [docs](https://learn.example):\n\n```kusto\nStormEvents | count\n```\n\n```python\nprint(1)\n```\n\n| a | `b` |\n|---|--:|\n| x | 1 |\n\n> quoted `code`\n\n1. one\n2. two';
const cards = { completed: ['pass', 'done'], failed: ['error', 'failed'], interrupted: ['debug-stop', 'stopped'], inProgress: ['loading', 'running'], declined: ['circle-slash', 'declined'], awaitingApproval: ['shield', 'waits for you'] };
const card = (status, title = 'Query') => ({ title, icon: cards[status][0], state: cards[status][1], ...(status === 'inProgress' || status === 'awaitingApproval' ? {} : { sent: 'Sent to the model: no rows, 120 bytes' }) });
const call = (id, status, also = {}) => ({ id, type: 'toolCall', tool: 'kusto_execute_query', query: asked.query, status, card: card(status), ...also });
const firstRows = { label: 'First rows', columns: ['State', 'Storms'], rows: [['TEXAS', '4236'], ['KANSAS', 'null']], right: [1] };
const smallPicture = '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 320 70" role="img" aria-label="Bar chart of Storms by State"><path d="M70 60L70 6" class="axis"/><text x="64" y="24" text-anchor="end" class="tick">TEXAS</text><text x="64" y="50" text-anchor="end" class="tick">KANSAS</text><g class="c0"><rect x="70" y="10" width="210" height="20" class="fill"><title>TEXAS: 4,701</title></rect><rect x="70" y="36" width="140" height="20" class="fill"><title>KANSAS: 3,166</title></rect></g></svg>';

/** A talk with an item of each kind. */
export const talk = [
  { id: 'u', type: 'userMessage', text: 'Which states have the most storms?' },
  { id: 'r', type: 'reasoning', text: 'The person wants a count by state.' },
  { id: 'm', type: 'agentMessage', text: answer },
  { id: 'x', type: 'agentMessage', text: 'It was going to', cut: true },
  { id: 'p', type: 'compaction' },
  { id: 'n', type: 'notice', text: 'Trying again in 2 s' },
  { id: 't', type: 'toolCall', tool: 'kusto_get_table_schema', arguments: { table_name: 'StormEvents' }, status: 'completed', card: card('completed', 'Schema of StormEvents'), result: { columns: [] } },
  call('d', 'completed', { edited: true, result: {}, run: { resultId: 'r1', rowCount: 2, blocks: [{ svg: smallPicture }, firstRows, { text: '2 rows' }] } }),
  call('f', 'failed', { result: {}, run: { error: { kind: '', message: 'no such column', hint: 'look' }, blocks: [{ list: ['line 2: Tornados'] }] } }),
  call('i', 'interrupted'),
  call('w', 'inProgress'),
  call('o', 'declined', { result: {}, run: { blocks: [{ text: 'You declined this query: too dear' }] } }),
  { id: 'c', type: 'command', run: { blocks: [{ icon: 'error', text: 'It has faults.' }, { list: ['line 1'] }, { label: 'Tables', columns: ['Table', 'Columns'], rows: [['T', '3']], command: '/schema' }, { code: 'T | count', text: 'of the help' }, { text: '2 tables' }] } },
  { id: 'k', type: 'command' },
  { id: 'e', type: 'error', error: { kind: 'signInRequired', message: 'nobody is signed in', hint: 'sign in', actions: ['Sign in', 'Show the log'] } },
];
const question = call('q', 'awaitingApproval', { approval: asked });

/** Shows items in place of what was there; the bar has these values. */
export async function tell(page, items, bar = {}) {
  await page.evaluate(([items, bar]) => window.host.say({ type: 'all', items, bar: { ...window.host.bar, ...bar } }), [items, bar]);
  await heard(page);
}
const ask = async (page, approval = {}) => {
  await tell(page, [talk[0], { ...question, approval: { ...asked, ...approval } }], { busy: 'waiting' });
  await page.getByRole('button', { name: 'Decline' }).waitFor();
};

const chat = {
  empty: (page) => page.getByText('Ask about your data').waitFor(),
  'no model': async (page) => {
    const { status } = await page.evaluate(() => window.host.bar);
    await tell(page, [], { status: { ...status, model: null, reason: 'no model is set', hint: 'name one in config.toml' } });
    await page.getByRole('button', { name: 'Set up a model' }).first().waitFor();
  },
  'an item of each kind': async (page) => {
    await tell(page, talk, { used: { text: '1,540 tokens · 0.0200 USD · 3% of context', tooltip: '1,200 tokens in, 340 out' } });
    await page.getByText('2 rows', { exact: true }).waitFor();
    await page.locator('details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
  },
  answering: async (page) => {
    await tell(page, [talk[0], { id: 'm', type: 'agentMessage', text: 'Texas has', open: true }], { busy: 'active' });
    await page.getByRole('button', { name: 'Stop' }).waitFor();
  },
  'a query that waits': (page) => ask(page),
  'a query that is edited': async (page) => {
    await ask(page);
    await page.getByRole('button', { name: 'Edit the query' }).click();
    await page.getByRole('button', { name: 'Run edited query' }).waitFor();
  },
  'a query that is declined': async (page) => {
    await ask(page, { question: 'This query may be dear. Run it?', always: false });
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByLabel('Reason for declining').waitFor();
  },
  'the list of commands': async (page) => {
    await tell(page, talk.slice(0, 3));
    await page.getByRole('combobox').fill('');
    await page.getByRole('combobox').pressSequentially('/t');
    await page.getByRole('option', { name: /tables/ }).waitFor();
  },
};

const picture = (page) => page.locator('.chart-picture').waitFor();
/** A chart of the real server; show is the page's. */
const drawn = (name, then = () => undefined) => async (page, { server, show }) => {
  await show(await server.view(kinds[name]));
  await picture(page);
  await then(page);
};
const open = (page, summary) => page.locator(summary).click();

const charts = {
  ...Object.fromEntries(['timechart', 'columnchart', 'piechart', 'anomalychart', 'treemap', 'ladderchart', 'timepivot', 'pivotchart', 'card'].map((name) => [name, drawn(name)])),
  'a kind that is not drawn': drawn('refused'),
  'a kind that fits no column': async (page, { server, show }) => {
    await show(await server.view('StormEvents | summarize n = count() by State | take 5 | render timechart'));
    await page.getByText('No chart:').waitFor();
  },
  'the options, open': drawn('columnchart', (page) => open(page, '#chart-y')),
  numbers: drawn('timechart', (page) => open(page, '.chart-data > summary')),
  'a picture that was saved': drawn('piechart', async (page) => {
    await page.getByRole('button', { name: 'Save as PNG' }).click();
    await page.getByText('Saved to').waitFor();
  }),
};

const cells = {
  result: 'r', ms: 420,
  tables: [
    { title: 'First', columns: [{ name: 'State', type: 'string' }, { name: 'Events', type: 'long' }], rows: [['TEXAS', '4701'], ['KANSAS', '3166']], summary: '2 rows' },
    { columns: [], rows: [], summary: 'no rows' },
  ],
};
const outputs = {
  rows: async (page, { render }) => {
    await render(cells);
    await page.getByText('TEXAS').waitFor();
  },
  'a chart': async (page, { render, server }) => {
    await render({ ...cells, tables: [await charted(server, kinds.timechart)] });
    await page.locator('.chart-picture canvas').waitFor();
  },
  'a chart that is not drawn': async (page, { render, server }) => {
    await render({ ...cells, tables: [await charted(server, kinds.refused)] });
    await page.getByRole('button', { name: 'Show the chart' }).click();
    await page.getByText('No chart:').waitFor();
  },
  'a result that is gone': async (page, { render }) => {
    await render(cells);
    await page.getByRole('button', { name: 'Open all rows in Results' }).first().click();
    await page.getByText('run the query again').waitFor();
  },
};

async function charted(server, query) {
  const view = await server.view(query);
  return { ...cells.tables[0], view: '', chart: await server.request('kusto/result/chart', { view, width: 700 }) };
}

/** The output renderer of notebooks in a plain page; of its extension it hears that the result is gone. */
async function openOutput(browser, { theme, kind, width = 800, height = 500, context = {} }) {
  const page = await (await browser.newContext({ viewport: { width, height }, ...context })).newPage();
  page.setDefaultTimeout(60_000);
  await slowDown(page);
  const site = 'http://127.0.0.1:1';
  await page.route(`${site}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    await (pathname === '/'
      ? route.fulfill({ contentType: 'text/html', body: `<!DOCTYPE html><html lang="en"><title>output</title><style>${css(theme, 'editor-background')}</style><body class="${kind}"><main></main></body></html>` })
      : route.fulfill({ contentType: 'text/javascript', body: readFileSync(path.join(client, pathname)) }));
  });
  await page.goto(`${site}/`);
  const render = (output) => page.evaluate(async ([site, output]) => {
    let hear = () => undefined;
    const gone = { message: 'the result is gone', data: { kind: 'expired', hint: 'run the query again' } };
    const line = { postMessage: ({ id }) => hear({ type: 'refused', id, error: { ...gone, message: `${gone.message}: ${gone.data.hint}` } }), onDidReceiveMessage: (listener) => (hear = listener) };
    (await import(`${site}/out/notebook.js`)).activate(line).renderOutputItem({ id: 'o', json: () => output }, document.querySelector('main'));
  }, [site, output]);
  return { page, render };
}

/** The views: how a page with one is opened, and its states by name. */
export const views = [
  { name: 'results', open: openResults, states: results },
  { name: 'charts', open: (browser, options) => openChartPage(browser, options.server, options), states: charts },
  { name: 'chat', open: openChat, states: chat },
  { name: 'outputs', open: openOutput, states: outputs },
];

/** Brings up each state of each view, one page a view, and looks at it: what it did wrong is the caller's to say. */
export async function inEach(browser, options, look, wanted = () => true) {
  for (const view of views.filter(wanted)) {
    const opened = await view.open(browser, options);
    for (const [name, bring] of Object.entries(view.states)) {
      await bring(opened.page, { ...opened, server: options.server });
      await look(opened.page, `${view.name}: ${name}`);
      await opened.page.keyboard.press('Escape');
    }
    await opened.page.context().close();
  }
}
