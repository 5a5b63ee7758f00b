// The screens that have a picture: what each shows, and how a person brings it up. docs/pictures.md is made of this list; the order is
// the order in which they are taken, so a later one finds what an earlier one ran.
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.mjs';

const samples = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../samples');

const dearest = '// The dearest storms\nStormEvents\n| top 200 by DamageProperty\n| project StartTime, State, EventType, DamageProperty\n';

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
  'parameters.kql': `declare query_parameters(state: string = "TEXAS", since: datetime = datetime(2007-06-01));
StormEvents
| where State == state and StartTime >= since
| summarize Events = count() by EventType
| sort by Events desc
`,
  'tables.kql': `// Which storms come most often, and which are the dearest?
StormEvents
| fork
    Often = (summarize Events = count() by EventType | top 20 by Events)
    Dear = (summarize Damage = sum(DamageProperty) by EventType | top 20 by Damage)
`,
  'cloud.kql': `// On a cluster that wants a sign-in
#connect cluster('help.kusto.windows.net').database('Samples')
StormEvents
| summarize Events = count() by State
`,
  'cluster.kql': dearest,
  'everything.kql': '// Straight to a file, as long as it takes\nset notruncation;\nrange Reading from 1 to 100000000000 step 1\n| extend Sensor = "north", Value = Reading % 97\n',
  'slow.kql': '// This one takes long\nrange x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
  'texas.kqlnb': JSON.stringify({
    version: 1,
    cells: [
      cell('markdown', '## Storms of Texas', '', 'Which kinds come most often, and what do they cost?'),
      cell('kql', 'StormEvents', '| where State == "TEXAS"', '| summarize Events = count(), Damage = sum(DamageProperty) by EventType', '| top 4 by Events'),
    ],
  }),
  'year.kqlnb': JSON.stringify({
    version: 1,
    cells: [
      cell('markdown', '# Storms of 2007', '', 'Which kinds come **most often**, and when?'),
      cell('kql', '// The five that come most often', 'StormEvents', '| summarize Events = count(), Damage = sum(DamageProperty) by EventType', '| top 5 by Events'),
      cell('markdown', '## Month by month'),
      cell('kql', 'StormEvents', '| where EventType in ("Hail", "Flood", "Tornado")', '| summarize Events = count() by bin(StartTime, 30d), EventType', '| render columnchart with (kind=stacked, title="Storms a month")'),
    ],
  }),
  'week.kqlnb': JSON.stringify({
    version: 1,
    cells: [
      cell('markdown', '## Storms, month by month'),
      cell('kql', 'StormEvents', '| where EventType in ("Hail", "Flood", "Tornado")', '| summarize Events = count() by bin(StartTime, 30d), EventType', '| render columnchart with (kind=stacked, title="Storms a month")'),
    ],
  }),
};

const size = { width: 1040, height: 680 };
const small = { width: 900, height: 620 };
const large = { width: 1340, height: 820 };
const tall = { width: 900, height: 1090 };

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
  screen('editor', 'writing', 'Completion, a mistake and its hint', async ({ editor, page }) => {
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
  screen('menu', 'what can be done with a column', 'The menu of a column', async (at) => {
    await rows(at);
    await columnMenu(at, 'EventType');
  }),
  screen('groups', 'groups', 'Rows grouped by a column, with totals; one group is open', async (at) => {
    const { panel } = at;
    await rows(at);
    await (await columnMenu(at, 'EventType')).getByText('Group by This Column').click();
    await panel.locator('.row.group .codicon').nth(1).click();
    await panel.locator('.row.group [aria-expanded="true"]').waitFor();
    await panel.locator('.row:not(.group)').first().waitFor();
  }, { contrast: true }),
  screen('statistics', 'statistics', 'What a column holds, beside the rows', async (at) => {
    await rows(at);
    await (await columnMenu(at, 'EventType')).getByText('Statistics').click();
    await at.panel.getByText('Most frequent').waitFor();
  }, { contrast: true }),
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
  }, { contrast: true }),
  screen('tables', 'tables of one run', 'Two tables of one query, a tab each', async ({ editor, page, panel }) => {
    await open(editor, 'tables.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByRole('tab', { name: 'Often' }).waitFor();
    await panel.getByRole('tab', { name: 'Dear' }).click();
    await panel.getByRole('columnheader', { name: 'Damage' }).waitFor();
    await editor.cell(0, 0).waitFor();
    await taller(page, 300);
  }),
  screen('kept', 'after a reload', 'Rows that were kept, with the time of their run', async (at) => {
    const { editor, page, panel } = at;
    await rows(at);
    await sort(at, 'DamageProperty');
    const results = path.join(editor.folder, '.local', 'state', 'calypso', 'results');
    await eventually(() => readdirSync(path.join(results, 'windows'), { recursive: true }).filter((name) => name.endsWith('.json')).some((name) => /"Descending":true/.test(readFileSync(path.join(results, 'windows', name), 'utf8'))), true);
    await page.reload();
    await editor.registered();
    await open(editor, 'storms.kql');
    await editor.command('Results: Focus on Results View');
    await panel.getByText(/^Kept result from /).waitFor();
    await editor.cell(0, 0).waitFor();
    await taller(page, 225);
    await editor.caret(24);
  }),
  screen('running', 'a query that runs', 'The time since its start, and Stop', async ({ editor, page, panel }) => {
    await open(editor, 'slow.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByText(/^\d\d?\.\d s/).waitFor();
    await panel.getByRole('button', { name: 'Stop the query' }).waitFor();
    return async () => {
      await panel.getByRole('button', { name: 'Stop the query' }).click();
      await panel.getByText('Stopped', { exact: true }).waitFor();
    };
  }, { moves: true }),
  screen('export', 'export', 'How far an export is, and Cancel', async ({ editor, page }) => {
    await open(editor, 'everything.kql');
    await editor.caret(3);
    await editor.command('Calypso: Run and Export to File');
    await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ has: page.getByText('CSV', { exact: true }) }).first().click();
    await editor.nameFile('.csv', path.join(editor.workspace, 'readings.csv'));
    const notice = page.locator('.notification-toast').filter({ hasText: /exporting to readings\.csv: [1-9]/ });
    await notice.waitFor();
    return async () => {
      await notice.getByRole('button', { name: 'Cancel' }).click();
      await notice.waitFor({ state: 'detached' });
      await editor.command('Notifications: Clear All Notifications');
    };
  }, { moves: true }),
  screen('chart', 'charts', 'A time chart', async ({ editor, page, panel }) => {
    await open(editor, 'weekly.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByRole('img', { name: /^Time chart/ }).waitFor();
    await taller(page, 225);
    await panel.locator('.chart-picture canvas').waitFor();
  }, { contrast: true }),
  screen('chart-options', 'options of a chart', 'The columns of the Y axis, to choose from', async ({ editor, page, panel }) => {
    await open(editor, 'weekly.kql');
    await editor.caret(2);
    await page.keyboard.press('F5');
    await panel.getByRole('img', { name: /^Time chart/ }).waitFor();
    await taller(page, 225);
    await panel.locator('#chart-series').click();
    await panel.getByRole('checkbox', { name: 'EventType' }).waitFor();
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
    await editor.command('Calypso: Focus on History View');
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
    await wider(page, 600);
    await fold(editor, 'Connections');
    const { x, y } = await editor.section('Scratch Pads').boundingBox();
    await drag(page, { x: x + 200, y }, { x: x + 200, y: 560 });
  }, { sideBar: true }),
  screen('notebook', 'notebook', 'A note, a query and its rows', async (at) => notebook(at), { contrast: true }),
  screen('notebook-page', 'notebook: its page', 'A notebook exported as one HTML page', async ({ editor, page, theme }) => {
    await book({ editor, page }, 'year.kqlnb', '.chart-picture canvas');
    await editor.command('Calypso: Export Notebook As');
    await editor.pick('Page (.html)');
    const file = path.join(editor.workspace, 'year.html');
    await editor.nameFile('year.html', file);
    await page.locator('.notification-toast').filter({ hasText: 'is written to' }).waitFor();
    await editor.command('Notifications: Clear All Notifications');
    const reader = await page.context().newPage();
    await reader.setViewportSize(tall);
    await reader.emulateMedia({ colorScheme: theme.includes('Light') ? 'light' : 'dark' });
    await reader.setContent(readFileSync(file, 'utf8'));
    return Object.assign(() => reader.close(), { page: reader });
  }, { size: tall }),
  screen('notebook-chart', 'notebook: a chart', 'A note, a query and its chart', async (at) => {
    await book(at, 'week.kqlnb', '.chart-picture canvas');
  }),
  screen('chat-empty', 'chat: before the first question', 'What the chat is for, and the commands that need no model', async (at) => {
    const { editor, page } = at;
    await open(editor, 'states.kql');
    await editor.command('Calypso: New Chat');
    const view = await editor.webview('chat');
    await view.getByRole('button', { name: /Model: gpt-5/ }).waitFor();
    await wider(page);
    await view.getByText('Ask about your data').waitFor();
    await view.getByRole('combobox').pressSequentially('/');
    await view.getByRole('option').nth(3).waitFor();
    return () => view.getByRole('combobox').fill('');
  }, { sideBar: true }),
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
  screen('chat-error', 'chat: an error', 'What went wrong, and the buttons that help', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    await editor.command('Calypso: New Chat');
    const view = await editor.webview('chat');
    await view.getByRole('button', { name: /Model: gpt-5/ }).waitFor();
    await wider(page);
    await view.getByRole('combobox').fill('Why am I locked out?');
    await view.getByRole('combobox').press('Enter');
    await view.getByRole('article', { name: 'Error' }).getByRole('button', { name: 'Ask again' }).waitFor();
  }, { sideBar: true }),
  screen('chat-list', 'chats', 'The chats so far: to go on with, rename, export or delete', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    await editor.command('Calypso: Show Chats');
    await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Which states have the most storms?' }).first().waitFor();
  }),
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
  screen('status', 'the server', 'Its state, its memory, and what can be done with it', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    await page.locator('.statusbar-item[id="status.languageStatus"]').click();
    await page.locator('.hover-language-status').filter({ hasText: /\d+ MB, up for/ }).first().waitFor();
  }),
  screen('sign-in', 'signing in', 'The code of a sign-in', async ({ editor, page }) => {
    const list = page.locator('.quick-input-widget:visible');
    await open(editor, 'states.kql');
    await editor.command('Calypso: Sign In');
    await list.locator('.monaco-list-row').filter({ has: page.getByText('Code', { exact: true }) }).first().click();
    await list.locator('.quick-input-title').filter({ hasText: /code FK\d{4}XY/ }).waitFor();
    return async () => {
      await list.locator('.monaco-list-row').filter({ hasText: 'Cancel' }).click();
      await page.locator('.statusbar-item').filter({ hasText: /Code FK/ }).waitFor({ state: 'detached' });
      await editor.command('Notifications: Clear All Notifications');
    };
  }, { moves: true }),
  screen('account', 'an account', 'Who is signed in, where, and what is saved', async ({ editor, page, authority }) => {
    const list = page.locator('.quick-input-widget:visible');
    await open(editor, 'states.kql');
    await editor.command('Calypso: Sign In');
    await list.locator('.monaco-list-row').filter({ has: page.getByText('Code', { exact: true }) }).first().click();
    await approve({ page, authority });
    await account({ page, authority }).click();
    await list.locator('.monaco-list-row').filter({ hasText: 'VS Code keeps the key' }).waitFor();
    return async () => {
      await page.keyboard.press('Escape');
      await signOut({ editor, page, authority });
    };
  }),
  screen('sign-in-expired', 'a code that expired', 'That nobody entered it in time, and a new one by a button', async ({ editor, page, authority }) => {
    await turn(authority, { codeSeconds: 2 });
    await open(editor, 'cloud.kql');
    await editor.caret(3);
    await page.keyboard.press('F5');
    await page.locator('.notification-toast').filter({ hasText: 'The code expired' }).getByRole('button', { name: 'New code' }).waitFor();
    return async () => {
      await turn(authority, { codeSeconds: 900 });
      await forgotten(editor);
    };
  }),
  screen('sign-in-policy', 'a sign-in that a policy forbids', 'Why, and the other ways', async ({ editor, page, panel, authority }) => {
    const body = JSON.stringify({ error: 'access_denied', error_description: 'AADSTS53003: Access has been blocked by Conditional Access policies.', error_codes: [53003] });
    await turn(authority, { fault: { grant: 'devicecode', status: 400, body } });
    await open(editor, 'cloud.kql');
    await editor.caret(3);
    await page.keyboard.press('F5');
    await page.locator('.notification-toast').filter({ hasText: 'AADSTS53003' }).getByRole('button', { name: 'az login' }).waitFor();
    await panel.getByRole('alert').waitFor();
    return async () => {
      await turn(authority, { fault: { status: 0 } });
      await forgotten(editor);
    };
  }),
  screen('sign-in-refused', 'a cluster that refuses', 'Who was refused, and another tenant by a button', async ({ editor, page, panel, authority }) => {
    const error = { code: 'Forbidden', message: 'Caller is not authorized', '@type': 'Kusto.Common.Svc.Exceptions.UnauthorizedDatabaseAccessException', '@message': 'Principal is not authorized to read database', '@permanent': true };
    await turn(authority, { fault: { host: 'help.kusto.windows.net', status: 403, body: JSON.stringify({ error }) } });
    await open(editor, 'cloud.kql');
    await editor.caret(3);
    await page.keyboard.press('F5');
    await approve({ page, authority });
    await page.locator('.notification-toast').filter({ hasText: `Signed in as ${authority.user}` }).getByRole('button', { name: 'Switch tenant' }).waitFor();
    await panel.getByRole('alert').waitFor();
    return async () => {
      await turn(authority, { fault: { status: 0 } });
      await signOut({ editor, page, authority });
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
  // From here on there are connections of the person's own.
  screen('connection-add', 'a connection: its address', 'What was typed, and what it means', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    await tree(editor);
    await wider(page);
    await editor.command('Calypso: Add Connection');
    await page.locator('.quick-input-widget:visible .quick-input-title').getByText('Add Kusto connection').waitFor();
    await page.locator('.quick-input-widget:visible input').first().fill('Data Source=help;Initial Catalog=Samples');
    await page.locator('.quick-input-widget:visible .quick-input-message').getByText('https://help.kusto.windows.net').waitFor();
  }, { sideBar: true }),
  screen('connection-import', "Kusto Explorer's connections", 'The connections of its file, in the tree', async (at) => {
    const { editor, page, cluster } = at;
    const known = [['Local emulator', cluster.address], ['Telemetry', 'https://telemetry.westeurope.kusto.windows.net'], ['Billing', 'https://billing.westeurope.kusto.windows.net']];
    const entries = known.map(([name, address]) => `<ServerDescriptionBase><Name>${name}</Name><ConnectionString>Data Source=${address}</ConnectionString></ServerDescriptionBase>`);
    writeFileSync(path.join(editor.workspace, 'UserConnections.xml'), `<?xml version="1.0"?><ArrayOfServerDescriptionBase>${entries.join('')}</ArrayOfServerDescriptionBase>`);
    await open(editor, 'states.kql');
    await collapsed(editor, 'Embedded');
    await editor.command('Calypso: Import Connections');
    await page.locator('.quick-input-widget:visible .quick-input-title').getByText('File of Kusto Explorer').waitFor();
    await editor.pick('UserConnections.xml');
    await page.locator('.notification-toast').filter({ hasText: 'Imported 3 connections' }).waitFor();
    await editor.node('Telemetry').waitFor();
    return async () => {
      await editor.command('Notifications: Clear All Notifications');
      await group(at, 'Telemetry', 'New group');
      await page.locator('.quick-input-widget:visible .quick-input-title').getByText('Group of connections').waitFor();
      await page.locator('.quick-input-widget:visible input').first().fill('Production');
      await page.keyboard.press('Enter');
      const grouped = page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Group' }).filter({ hasText: 'Production' });
      await grouped.waitFor();
      await page.keyboard.press('Escape');
      await editor.node('Production').waitFor();
    };
  }, { sideBar: true }),
  screen('connection-test', 'a connection that is tested', 'That it answers, how soon, and with which databases', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    await editor.command('Calypso: Focus on Connections View');
    await editor.node('Local emulator').click({ button: 'right' });
    await editor.choose('Test Connection');
    await page.locator('.notification-toast').filter({ hasText: /answers: 1 database/ }).waitFor();
    return () => editor.command('Notifications: Clear All Notifications');
  }, { sideBar: true }),
  screen('cluster-statistics', "a cluster's work", 'Rows of a cluster, with the time, processor, memory and cache that they took', async (at) => {
    await answer(at, (frames) => {
      const usage = {
        resource_usage: { cpu: { 'total cpu': '00:00:00.2343750' }, memory: { peak_per_node: 11 << 20 }, cache: { shards: { hot: { hitbytes: 9_750_000, missbytes: 250_000 }, cold: {} } } },
        input_dataset_statistics: { extents: { total: 12, scanned: 3 }, rows: { total: 59_066, scanned: 59_066 } },
      };
      const columns = ['EventTypeName', 'Payload'].map((name) => ({ ColumnName: name, ColumnType: 'string' }));
      frames.splice(-1, 0, { FrameType: 'DataTable', TableId: 9, TableKind: 'QueryCompletionInformation', TableName: 'QueryCompletionInformation', Columns: columns, Rows: [['QueryResourceConsumption', JSON.stringify(usage)]] });
    });
    await at.panel.getByText('Cache 98%').waitFor();
    return () => (at.cluster.behaviour = undefined);
  }),
  screen('partial', 'rows and an error', 'What came before the error, and the error', async (at) => {
    const words = 'Query execution has exceeded the allowed limits (80DA0003): the results of this query exceed the set limit of 64 MB.';
    await answer(at, (frames) => {
      const error = { code: 'LimitsExceeded', message: 'Request is invalid and cannot be executed.', '@type': 'Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException', '@message': words, '@permanent': false };
      Object.assign(frames.at(-1), { HasErrors: true, OneApiErrors: [{ error }] });
    });
    await at.panel.getByRole('alert').waitFor();
    return () => (at.cluster.behaviour = undefined);
  }),
  screen('connection-functions', 'what a database has', 'Tables, materialized views and functions; the definition of one as a document', async ({ editor, page, cluster }) => {
    for (const command of made) {
      await cluster.command(command);
    }
    await open(editor, 'states.kql');
    await collapsed(editor, 'Embedded');
    for (const [name, below] of [['Local emulator', 'Samples'], ['Samples', 'Storms'], ['Storms', 'StormsOf']]) {
      await eventually(async () => {
        if (!(await editor.node(below).isVisible()) && (await editor.node(name).getAttribute('aria-expanded')) === 'false') {
          await editor.node(name).click();
        }
        return editor.node(below).isVisible();
      }, true);
    }
    await editor.node('StormsOf').click({ button: 'right' });
    await editor.choose('Show Definition');
    await wider(page);
    await page.locator('.tab.active').filter({ hasText: 'StormsOf' }).waitFor();
  }, { sideBar: true }),
  screen('gave-up', 'a server that ends again and again', 'Why it ended, and Restart', async ({ editor, page }) => {
    await open(editor, 'states.kql');
    const extension = readdirSync(path.join(editor.folder, 'ext')).find((name) => name.startsWith('calypso.calypso-'));
    const program = path.join(editor.folder, 'ext', extension, 'bin', 'calypso');
    renameSync(program, `${program}.sound`);
    writeFileSync(program, '#!/bin/sh\n[ "$1" = version ] && exec "$0.sound" "$@"\necho "fatal error: out of memory" >&2\nexit 2\n', { mode: 0o755 });
    editor.programs(program).forEach((id) => process.kill(id, 'SIGKILL'));
    await page.locator('.notification-toast').filter({ hasText: 'five times in a row' }).waitFor({ timeout: 120_000 });
    return () => editor.command('Notifications: Clear All Notifications');
  }),
];

/** What the cluster of the pictures has beside the samples. */
const made = [
  '.create-or-alter function with (docstring = "Storms of one state", folder = "Storms") StormsOf(state: string) { StormEvents | where State == state }',
  '.create table Readings (Time: datetime, Sensor: string, Value: real) with (docstring = "What the sensors measured")',
  '.create materialized-view ReadingsByDay on table Readings { Readings | summarize max(Value) by Sensor, bin(Time, 1d) }',
];

/** Runs the query of cluster.kql on the cluster of the pictures, whose answer is changed. */
async function answer({ editor, page, cluster }, change) {
  const headers = { 'content-type': 'application/json' };
  const frames = await (await fetch(`${cluster.behind}/v2/rest/query`, { method: 'POST', headers, body: JSON.stringify({ db: 'Samples', csl: dearest }) })).json();
  change(frames);
  cluster.behaviour = { when: /top 200/, status: 200, headers, body: JSON.stringify(frames) };
  await open(editor, 'cluster.kql');
  await editor.command('Calypso: Choose Connection and Database');
  await editor.pick('Local emulator');
  await page.locator('.statusbar-item').filter({ hasText: 'Local emulator' }).waitFor();
  await editor.caret(3);
  await page.keyboard.press('F5');
  await editor.cell(0, 0).waitFor();
  await taller(page, 300);
}

/** Changes what the authority does. */
const turn = (authority, knobs) => fetch(`${authority.plain}/fake/knobs`, { method: 'POST', body: JSON.stringify(knobs) });

/** What a sign-in failed by is told again by the next query, with its button, until the server begins anew. */
async function forgotten(editor) {
  await editor.command('Calypso: Restart Server');
  await editor.command('Notifications: Clear All Notifications');
}

/** Enters the code on the screen where it belongs. */
async function approve({ page, authority }) {
  const title = page.locator('.quick-input-widget:visible .quick-input-title').filter({ hasText: /code FK\d{4}XY/ });
  await fetch(`${authority.plain}/fake/approve?code=${/FK\d{4}XY/.exec(await title.innerText())[0]}`, { method: 'POST' });
}

/** The item of the status bar that says who is signed in. */
const account = ({ page, authority }) => page.locator('[id="calypso.calypso.calypso.account"]').filter({ hasText: authority.user });

async function signOut({ editor, page, authority }) {
  await editor.command('Calypso: Sign Out');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
  await account({ page, authority }).waitFor({ state: 'detached' });
  await editor.command('Notifications: Clear All Notifications');
}

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

/** Shows the tree with a node closed, so that what is below it is in sight. */
async function collapsed(editor, name) {
  await editor.command('Calypso: Focus on Connections View');
  await editor.node(name).waitFor();
  if ((await editor.node(name).getAttribute('aria-expanded')) === 'true') {
    await editor.node(name).click();
  }
}

/** Takes a connection by its menu into a group. */
async function group({ editor }, name, entry) {
  await editor.node(name).click({ button: 'right' });
  await editor.choose('Edit Connection');
  await editor.pick('Group');
  await editor.pick(entry);
}

/** Opens the menu of a column. */
async function columnMenu({ panel }, column) {
  await panel.getByRole('columnheader', { name: column }).click({ button: 'right' });
  const menu = panel.getByRole('menu');
  await menu.waitFor();
  return menu;
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

const notebook = (at) => book(at, 'texas.kqlnb', '.calypso td');

/** Opens a notebook and runs it, until its output has this. */
async function book({ editor, page }, name, output) {
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-widget:visible input').fill(name);
  await page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: name }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.code-cell-row').first().waitFor();
  await editor.command('Notebook: Run All');
  await page.locator('.execution-count-label').filter({ hasText: /^\[\d+\]$/ }).waitFor();
  await editor.frame(output);
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
