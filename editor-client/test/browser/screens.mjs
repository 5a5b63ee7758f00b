// The screens that have a picture: what each shows, and how a person brings it up. docs/pictures.md is made of this list; the order is
// the order in which they are taken, so a later one finds what an earlier one ran.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const samples = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../samples');

const cell = (kind, ...text) => ({ kind, text });

/** The workspace. */
export const files = {
  'storms.kql': readFileSync(path.join(samples, 'storms.kql'), 'utf8'),
  'tornadoes.kql': `// How many tornadoes did each state have?
StormEvents
| where EventType == "Tornado"
| summarize Tornadoes = count(), Deaths = sum(DeathsDirect) by State
| top 5 by Tornados

// And in which month?
StormEvents
| summarize Tornadoes = countif(EventType == "Tornado") by Month = startof
`,
  'states.kql': '// What is in this table?\nStormEvents\n| summarize Events = count() by EventType\n| top 5 by Events\n',
  'weekly.kql': `// Four kinds of storms, week by week
StormEvents
| where EventType in ("Hail", "Flood", "Tornado", "High Wind")
| summarize Events = count() by EventType, bin(StartTime, 7d)
| render timechart with (title="Storms a week")

StormEvents
| where Event
`,
  'unusual.kql': `// Which days were unusual?
StormEvents
| summarize Events = count() by Day = bin(StartTime, 1d)
| extend Unusual = iff(Events > 320, 1, 0)
| render anomalychart with (anomalycolumns=Unusual, title="Storms a day")
`,
  'parameters.kql': `declare query_parameters(state: string = "TEXAS", since: datetime = datetime(2007-06-01), least: long = 10);
StormEvents
| where State == state and StartTime >= since
| summarize Events = count() by EventType
| where Events >= least
| sort by Events desc
`,
  'slow.kql': '// This one takes long\nrange x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
  'texas.kqlnb': JSON.stringify({
    version: 1,
    cells: [
      cell('markdown', '## Storms of Texas', '', 'Which kinds come most often, and what do they cost?'),
      cell('kql', 'StormEvents', '| where State == "TEXAS"', '| summarize Events = count(), Damage = sum(DamageProperty) by EventType', '| top 4 by Events'),
    ],
  }),
};

const size = { width: 1040, height: 680 };
const small = { width: 900, height: 620 };
const large = { width: 1340, height: 820 };

/** A screen: its title and what the picture shows, for the page; what of the window it needs; how it comes up. What it leaves open is put away before the next. */
const screen = (name, title, shows, bring, also = {}) => ({ name, title, shows, bring, size, ...also });

export const screens = [
  screen('empty', 'before the first query', 'The tree of connections, an empty history, and a Results view without results', async ({ editor, page, panel }) => {
    await editor.command('Calypso: Focus on Connections View');
    await fold(editor, 'Scratch Pads', false);
    await editor.section('Scratch Pads').getByText('New Scratch Pad').waitFor();
    await fold(editor, 'History', false);
    await editor.section('History').getByText('New Query').waitFor();
    await editor.command('Results: Focus on Results View');
    await panel.getByText('No results yet').waitFor();
    await page.locator('.part.sidebar').waitFor();
  }, { sideBar: true }),
  screen('editor', 'writing', 'Completion with documentation, a mistake and its hint', async ({ editor, page }) => {
    await open(editor, 'tornadoes.kql');
    await page.locator('.squiggly-error').first().waitFor();
    await editor.command('View: Focus Problems');
    await page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'Tornados' }).waitFor();
    await page.keyboard.press('Control+1');
    await taller(page, 440);
    await complete({ editor, page }, 9, 75);
  }, { size: { width: 1040, height: 560 } }),
  screen('hover', 'reading', 'What a table holds, by hovering over its name', async ({ editor, page }) => {
    await open(editor, 'storms.kql');
    await editor.caret(5, 3);
    await editor.command('Show or Focus Hover');
    await page.locator('.monaco-hover:visible').getByText('59,066 rows').first().waitFor();
  }),
  screen('results', 'results', 'Rows, sorted, with the sum of what is marked', async (at) => {
    await rows(at);
    await sort(at, 'DamageProperty');
    await at.editor.cell(0, 3).click();
    for (let n = 0; n < 4; n++) {
      await at.page.keyboard.press('Shift+ArrowDown');
    }
    await at.panel.getByText(/· Sum /).waitFor();
  }, { contrast: true }),
  screen('filters', 'filters', 'Rows, searched and filtered by column', async (at) => {
    const { panel } = at;
    await rows(at);
    await panel.getByRole('button', { name: 'Show filters' }).click();
    await panel.getByRole('textbox', { name: 'Filter State' }).fill('^tex');
    await panel.getByText(/^4,236 of [\d,]+ rows/).waitFor();
    await panel.getByRole('textbox', { name: 'Filter DamageProperty' }).fill('>= 1000000');
    await panel.getByText(/^\d\d of [\d,]+ rows/).waitFor();
    await sort(at, 'DamageProperty');
  }),
  screen('json', 'values', 'A dynamic value as a tree', async (at) => {
    const { editor, page, panel } = at;
    await rows(at);
    await editor.cell(1, 5).click();
    await page.keyboard.press('Enter');
    await panel.getByRole('treeitem').first().waitFor();
    for (const node of ['Details']) {
      await panel.getByRole('treeitem').filter({ hasText: node }).last().click();
    }
    await panel.getByRole('treeitem').nth(5).waitFor();
  }),
  screen('chart', 'charts', 'A time chart', async ({ editor, page, panel }) => {
    await open(editor, 'weekly.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByRole('img', { name: /^Time chart/ }).waitFor();
    await taller(page, 225);
    await panel.locator('.chart-picture canvas').waitFor();
  }, { contrast: true }),
  screen('chart-anomaly', 'what stands out', 'An anomaly chart', async ({ editor, page, panel }) => {
    await open(editor, 'unusual.kql');
    await page.keyboard.press('F5');
    await panel.getByRole('img', { name: /^Anomaly chart/ }).waitFor();
    await taller(page, 225);
    await panel.locator('.chart-picture canvas').waitFor();
  }),
  screen('parameters', 'parameters', "Fields for a query's parameters", async ({ editor, page, panel }) => {
    await open(editor, 'parameters.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByRole('group', { name: 'Parameters of the query' }).getByText('state').waitFor();
    await editor.cell(0, 0).waitFor();
  }),
  screen('failed', 'a query that fails', 'What is wrong, where, and what to do', async ({ editor, page, panel }) => {
    await open(editor, 'tornadoes.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByRole('button', { name: /line 5/i }).waitFor();
  }),
  screen('connections', 'connections', 'The tree of tables and columns', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    await tree(editor);
    await wider(page);
  }, { sideBar: true }),
  screen('table', 'a table', 'The first rows of a table, from the tree', async ({ editor, page, panel }) => {
    const table = await tree(editor);
    await table.click({ button: 'right' });
    await editor.choose('Show 10 Rows');
    await panel.getByRole('tab').first().waitFor();
    await editor.cell(0, 0).waitFor();
    await wider(page, 340);
    await taller(page, 300);
  }, { sideBar: true }),
  screen('history', 'history', 'Earlier runs by day, and scratch pads', async ({ editor, page }) => {
    await editor.command('Calypso: New Scratch Pad');
    await page.locator('.tab.active[data-resource-name="Scratch 1.kql"]').waitFor();
    await page.keyboard.type('// Hail in June\nStormEvents\n');
    await page.keyboard.type('| where EventType == "Hail"');
    await page.keyboard.press('Escape');
    await editor.ready();
    await fold(editor, 'Scratch Pads', false);
    await editor.row('Scratch Pads', 'Scratch 1').waitFor();
    await fold(editor, 'History', false);
    await editor.row('History', 'Today').waitFor();
    await wider(page);
    await fold(editor, 'Connections');
  }, { sideBar: true }),
  screen('notebook', 'notebook', 'A note, a query and its rows', async (at) => notebook(at), { contrast: true }),
  screen('chat-question', 'chat: before a query runs', 'A question, and the query that waits for a yes', async (at) => {
    await ask(at);
    await at.page.locator('.editor-instance .view-line').nth(1).click();
  }, { sideBar: true, contrast: true }),
  screen('chat', 'chat', 'A question, the query that was approved, and its rows', async (at) => {
    const view = await ask(at);
    await view.getByRole('button', { name: 'Approve', exact: true }).click();
    await view.getByRole('log').getByText('Here is what the data says.').waitFor();
    await view.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
  }, { sideBar: true, contrast: true }),
  screen('overview', 'all of it', 'Completion in the editor, a chart in the panel, a question and its rows beside them', async (at) => {
    const { editor, page } = at;
    const view = await ask(at, 'weekly.kql');
    await view.getByRole('button', { name: 'Approve', exact: true }).click();
    await view.getByRole('log').getByText('Here is what the data says.').waitFor();
    await wider(page, 400);
    await editor.caret(3);
    await page.keyboard.press('F5');
    const panel = await editor.webview('results');
    await panel.getByRole('img', { name: /^Time chart/ }).waitFor();
    await taller(page, 360);
    await complete(at, 8, 14);
  }, { sideBar: true, size: large, media: true }),
  screen('sign-in', 'signing in', 'The code of a sign-in', async ({ editor, page }) => {
    const list = page.locator('.quick-input-widget:visible');
    await open(editor, 'states.kql');
    await editor.command('Calypso: Sign In');
    await list.locator('.monaco-list-row').filter({ has: page.getByText('Code', { exact: true }) }).first().click();
    await list.locator('.quick-input-title').filter({ hasText: /code FK\d{4}XY/ }).waitFor();
    return async () => {
      await list.locator('.monaco-list-row').filter({ hasText: 'Cancel' }).click();
      await page.locator('.statusbar-item').filter({ hasText: /Code FK/ }).waitFor({ state: 'detached' });
      await page.locator('.notification-toast').filter({ hasText: 'cancelled' }).waitFor();
      await editor.command('Notifications: Clear All Notifications');
    };
  }),
  screen('settings', 'settings', 'The settings, in groups', async ({ editor, page }) => {
    await editor.command('Preferences: Open Settings (UI)');
    await page.locator('.settings-editor .suggest-input-container').click();
    await page.keyboard.type('@ext:calypso.calypso');
    await page.locator('.settings-editor .setting-item-contents').nth(2).waitFor();
    await page.locator('.settings-toc-wrapper .monaco-list-row').filter({ hasText: 'Connections' }).first().click();
  }),
  screen('killed', 'a server that ended', 'The server was killed in the middle of a query, and is back', async ({ editor, page, panel }) => {
    await open(editor, 'slow.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByText(/^\d\.\d s/).waitFor();
    editor.serverProcesses().forEach((id) => process.kill(id, 'SIGKILL'));
    await page.locator('.notification-toast').filter({ hasText: 'started again' }).waitFor();
    await panel.getByText(/server ended/).first().waitFor();
    await editor.ready();
    return () => editor.command('Notifications: Clear All Notifications');
  }),
  // The pictures of the walkthrough: they go into the package.
  screen('walkthrough/query', 'first steps: a query', 'A query with Run above it, and its rows in the Results panel', async ({ editor, page, panel }) => {
    await editor.command('Calypso: Open Sample Query');
    await editor.ready();
    await editor.caret(3);
    await page.keyboard.press('F5');
    await panel.getByText('10 rows').waitFor();
    await editor.cell(0, 0).waitFor();
    await taller(page, 300);
  }, { size: small, media: true }),
  screen('walkthrough/connect', 'first steps: connections', 'The tree of connections with databases, tables and columns', async ({ editor, page }) => {
    await editor.command('Calypso: Open Sample Query');
    await editor.ready();
    await tree(editor);
    await wider(page, 340);
  }, { size: small, media: true, sideBar: true }),
  screen('walkthrough/signIn', 'first steps: signing in', 'The ways to sign in', async ({ editor, page }) => {
    await editor.command('Calypso: Open Sample Query');
    await editor.ready();
    await editor.command('Calypso: Sign In');
    await page.locator('.quick-input-widget:visible .monaco-list-row').nth(2).waitFor();
  }, { size: small, media: true }),
  screen('walkthrough/notebook', 'first steps: a notebook', 'A notebook with a note, a query and its rows', async (at) => notebook(at), { size: small, media: true }),
  screen('walkthrough/chat', 'first steps: the chat', 'The chat with a question, a query and its rows', async (at) => {
    const view = await ask(at);
    await view.getByRole('button', { name: 'Approve', exact: true }).click();
    await view.getByRole('log').getByText('Here is what the data says.').waitFor();
    await wider(at.page, 440);
  }, { size: small, media: true, sideBar: true }),
  screen('walkthrough', 'first steps', 'The walkthrough', async ({ editor, page }) => {
    await editor.command('Welcome: Open Walkthrough...');
    await page.locator('.quick-input-widget:visible input').fill('Get Started with Calypso');
    await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Get Started with Calypso' }).first().click();
    await page.locator('.getting-started-step').nth(4).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('.gettingStartedContainer img')].some((image) => image.checkVisibility() && image.naturalWidth > 0));
  }),
];

/** Opens a file from its top, where its first lens can be seen: the editor remembers where it was left. */
async function open(editor, name) {
  await editor.file(name);
  await editor.caret(1);
  await editor.ready();
}

/** All rows of the sample file's last query, in a panel of two thirds of the window. */
async function rows({ editor, page, panel }) {
  await open(editor, 'storms.kql');
  await editor.caret(24);
  await page.keyboard.press('F5');
  await panel.getByText(/^59,066 rows$/).waitFor();
  await taller(page, 225);
  await editor.caret(24);
  await editor.command('Results: Focus on Results View');
  await panel.locator('[role="gridcell"]:focus').waitFor();
}

/** By a column, the largest first. */
async function sort({ panel }, column) {
  const head = panel.getByRole('columnheader', { name: column });
  for (const direction of ['ascending', 'descending']) {
    await head.locator('.name').click();
    await panel.locator(`[aria-sort="${direction}"]`).waitFor();
  }
}

/** Asks for completion at a place. */
async function complete({ editor, page }, line, column) {
  await editor.caret(line, column);
  const { x, y } = await page.locator('.editor-instance').first().boundingBox();
  await page.mouse.move(x + 300, y + 100);
  await page.mouse.wheel(0, -1000);
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget.visible .monaco-list-row').nth(1).waitFor();
  await page.locator('.suggest-widget.visible .monaco-list-row.focused').waitFor();
}

/** Opens the tree down to a table's columns; the history has nodes of the same names. */
async function tree(editor) {
  const node = (name) => editor.section('Connections').locator('.monaco-list-row').filter({ has: editor.page.locator('.label-name').getByText(name, { exact: true }) });
  await editor.command('Calypso: Focus on Connections View');
  await node('Embedded').waitFor();
  await fold(editor, 'History');
  await fold(editor, 'Scratch Pads');
  for (const [name, below] of [['Embedded', 'Samples'], ['Samples', 'StormEvents'], ['StormEvents', 'EventType']]) {
    if (!(await node(below).isVisible())) {
      await node(name).click();
    }
    await node(below).waitFor();
  }
  return node('StormEvents');
}

async function notebook({ editor, page }) {
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-widget:visible input').fill('texas.kqlnb');
  await page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: 'texas.kqlnb' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.code-cell-row').first().waitFor();
  await editor.command('Notebook: Run All');
  await page.locator('.execution-count-label').filter({ hasText: /^\[\d+\]$/ }).waitFor();
  await shown(page, '.calypso td');
}

/** Asks in a new chat, up to the query that waits for a yes. */
async function ask({ editor, page }, file = 'states.kql') {
  await open(editor, file);
  await editor.command('Calypso: New Chat');
  const view = await editor.webview('chat');
  await view.getByRole('button', { name: /Model: gpt-5/ }).waitFor();
  await wider(page);
  const box = view.getByRole('combobox');
  await box.fill('Which states have the most storms?');
  await box.press('Enter');
  await view.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  return view;
}

/** Folds a section of the side bar, or opens it. */
async function fold(editor, section, wanted = true) {
  const header = editor.section(section).locator('.pane-header');
  if (((await header.getAttribute('aria-expanded')) === 'false') !== wanted) {
    await header.click();
  }
}

/** Moves the panel's upper edge. */
async function taller(page, to) {
  const { x, y, width } = await page.locator('.part.panel').boundingBox();
  await drag(page, { x: x + width / 3, y: y - 1 }, { x: x + width / 3, y: to });
}

/** Moves the side bar's right edge. */
async function wider(page, to = 440) {
  const { x, width } = await page.locator('.part.sidebar').boundingBox();
  await drag(page, { x: x + width + 1, y: 300 }, { x: to, y: 300 });
}

async function drag({ mouse }, from, to) {
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x, to.y, { steps: 4 });
  await mouse.up();
}

/** Waits for an element in whichever frame draws it. */
async function shown(page, selector) {
  for (const end = Date.now() + 20_000; Date.now() < end; await page.waitForTimeout(50)) {
    for (const frame of page.frames()) {
      if ((await frame.locator(selector).count().catch(() => 0)) > 0) {
        return;
      }
    }
  }
  throw new Error(`${selector} doesn't come up`);
}
