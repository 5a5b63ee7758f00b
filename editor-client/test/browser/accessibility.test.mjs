// Each view for whoever can't see it, can't bear motion, or has it twice as large: axe finds nothing serious in dark, light and
// high contrast, nothing moves that needn't, nothing is cut off. The rows' own are in grid.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { accessible } from './axe.mjs';
import { kinds } from './chart-kinds.mjs';
import { css, openChartPage, startServer } from './chart-page.mjs';
import { launch } from './chromium.mjs';
import { eventually } from './eventually.mjs';
import { openChat, openResults } from './results-page.mjs';
import { contrast, dark, light } from './themes.mjs';

const themes = [[dark, 'vscode-dark'], [light, 'vscode-light'], [contrast, 'vscode-high-contrast']];
const home = temporary();
const shots = process.env.CALYPSO_PICTURES;
let browser;
let server;

before(async () => {
  browser = await launch();
  server = await startServer(process.env.CALYPSO_BINARY, home);
});
after(async () => {
  await browser?.close();
  await server?.close();
  remove(home);
});

const shot = async (page, name) => shots !== undefined && page.screenshot({ path: path.join(shots, `${name}.png`) });
const say = (page, message) => page.evaluate((message) => window.host.say(message), message);

test('axe: charts of each form, with their toolbar and their numbers', async () => {
  for (const [theme, kind] of themes) {
    const { page, show } = await openChartPage(browser, server, { theme, kind });
    for (const name of ['timechart', 'columnchart', 'piechart', 'pivotchart', 'card', 'refused']) {
      await show(await server.view(kinds[name]));
      await page.locator('.chart-picture').waitFor();
      const numbers = page.locator('.chart-data > summary');
      if (await numbers.isVisible()) {
        await numbers.click();
      }
      await accessible(page, `${name}, ${kind}`);
    }
    await page.context().close();
  }
});

const asked = {
  approvalId: 'a', threadId: 't', turnId: 'u', itemId: 'q', tool: 'kusto_execute_query', query: 'StormEvents\n| count', connection: 'c', database: 'd',
  reason: 'policy', findings: [{ severity: 'ask', message: 'it reads the whole table' }], willSend: { rows: 50, bytes: 20480 },
};
const talk = [
  { id: 'u', type: 'userMessage', text: 'Which states have the most storms?' },
  { id: 'm', type: 'agentMessage', text: '## Storms\n\nHere is **one** way, see [docs](https://learn.example):\n\n```kusto\nStormEvents | count\n```\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n> quoted `code`' },
  { id: 'q', type: 'toolCall', tool: 'kusto_execute_query', query: asked.query, status: 'awaitingApproval', approval: asked },
  { id: 'c', type: 'command', run: { blocks: [{ icon: 'error', text: 'It has faults.' }, { list: ['line 1'] }, { label: 'Tables', columns: ['Table', 'Columns'], rows: [['T', '3']], command: '/schema' }] } },
  { id: 'n', type: 'notice', text: 'Trying again in 2 s' },
  { id: 'e', type: 'error', error: { kind: 'signInRequired', message: 'nobody is signed in', hint: 'sign in', actions: ['Sign in'] } },
];

test('axe: the chat, empty, in the middle of a talk with a card and a list of commands, and without a model', async () => {
  for (const [theme, kind] of themes) {
    const { page } = await openChat(browser, { theme, kind });
    await page.getByText('Ask about your data').waitFor();
    await accessible(page, `empty chat, ${kind}`);
    for (const item of talk) {
      await say(page, { type: 'item', item });
    }
    await page.evaluate(() => window.host.say({ type: 'bar', bar: { ...window.host.bar, busy: 'active' } }));
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.getByRole('button', { name: 'Edit the query' }).click();
    await accessible(page, `chat, ${kind}`);
    await page.getByRole('combobox').fill('/t');
    await page.getByRole('option', { name: /tables/ }).waitFor();
    await accessible(page, `commands, ${kind}`);
    await shot(page, `chat-${kind}`);
    await page.evaluate(() => window.host.say({ type: 'all', items: [], bar: { ...window.host.bar, status: { ...window.host.bar.status, model: null, reason: 'no model is set', hint: 'name one in config.toml' } } }));
    await page.getByRole('button', { name: 'Set up a model' }).first().waitFor();
    await accessible(page, `no model, ${kind}`);
    await page.context().close();
  }
});

const output = {
  result: 'r',
  ms: 420,
  tables: [
    { title: 'First', columns: [{ name: 'State', type: 'string' }, { name: 'Events', type: 'long' }], rows: [['TEXAS', '4701'], ['KANSAS', '3166']], summary: '2 rows' },
    { columns: [], rows: [], summary: 'no rows' },
  ],
};

test('axe: what a cell of a notebook shows', async () => {
  const script = `data:text/javascript,${encodeURIComponent(readFileSync(new URL('../../out/notebook.js', import.meta.url), 'utf8'))}`;
  for (const [theme, kind] of themes) {
    const page = await (await browser.newContext()).newPage();
    await page.setContent(`<!DOCTYPE html><html lang="en"><title>output</title><style>${css(theme)} body { color: var(--vscode-foreground); }</style><body class="${kind}"><main></main></body></html>`);
    await page.evaluate(async ([script, output]) => (await import(script)).activate({}).renderOutputItem({ json: () => output }, document.querySelector('main')), [script, output]);
    await page.getByText('TEXAS').waitFor();
    await accessible(page, `output, ${kind}`);
    await shot(page, `output-${kind}`);
    await page.context().close();
  }
});

/** Whether anything moves by itself, as the browser counts it. */
const moving = (page) => page.evaluate(() => document.getAnimations().length);

test('nothing moves for whoever wants it so, by the system or by VS Code; the chart is drawn at once for all', async () => {
  const busy = async (page) => {
    await page.evaluate(() => window.host.say({ type: 'bar', bar: { ...window.host.bar, busy: 'active' } }));
    await say(page, { type: 'item', item: { id: 'q', type: 'toolCall', tool: 'kusto_execute_query', query: 'T', status: 'running' } });
    await page.locator('.working').waitFor();
  };
  const running = async (page) => {
    await page.evaluate(() => window.host.run({ status: 'running' }));
    await page.getByRole('progressbar').waitFor();
  };
  for (const [open, act] of [[openChat, busy], [openResults, running]]) {
    const { page } = await open(browser);
    await act(page);
    await eventually(() => moving(page), (count) => count > 0, 'it moves for others');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await eventually(() => moving(page), 0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    await eventually(() => moving(page), 0);
    await page.context().close();
  }
  const { page, show } = await openChartPage(browser, server);
  await show(await server.view(kinds.columnchart));
  const painted = () => page.locator('.chart-picture canvas').first().evaluate((canvas) => canvas.toDataURL());
  const first = await painted();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await painted(), first);
  await page.context().close();
});

/** Texts and controls that reach out of the page where nothing scrolls there. */
const cut = (page) => page.evaluate(() => {
  const scrolls = (node) => node !== null && (/auto|scroll/.test(getComputedStyle(node).overflowX) || /auto|scroll/.test(getComputedStyle(node).overflowY) || scrolls(node.parentElement));
  return [...document.querySelectorAll('button, input, select, textarea, summary')]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !scrolls(node.parentElement))
    .filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width > 1 && (box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1);
    })
    .map((node) => node.getAttribute('aria-label') ?? node.textContent);
});

// A page at 200 % has half as many of its own pixels each way.
test('at 200 % no control is out of reach: rows with filters, chart, chat', async () => {
  const { page } = await openResults(browser, { width: 500, height: 260 });
  await page.evaluate(() => window.host.run(window.host.table('First'), window.host.table('Second', 1)));
  await page.locator('.cell[data-row="1"]:not(.loading)').first().waitFor();
  await page.getByRole('button', { name: 'Show filters' }).click();
  await page.locator('input.filter').first().waitFor();
  await shot(page, 'zoom-results');
  await eventually(() => cut(page), []);
  await page.context().close();
  const chart = await openChartPage(browser, server, { width: 500, height: 320 });
  await chart.show(await server.view(kinds.timechart));
  await shot(chart.page, 'zoom-chart');
  await eventually(() => cut(chart.page), []);
  await chart.page.context().close();
  const chat = await openChat(browser, { width: 240, height: 400 });
  for (const item of talk) {
    await say(chat.page, { type: 'item', item });
  }
  await chat.page.getByRole('button', { name: 'Edit the query' }).waitFor();
  await shot(chat.page, 'zoom-chat');
  await eventually(() => cut(chat.page), []);
  await chat.page.context().close();
});
