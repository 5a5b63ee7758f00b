// The tree of connections as a person with a large cluster, a slow one, a private one and a folder of files lives in it.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';
import { Cluster } from './kusto-cluster.mjs';

const files = { 'a.kql': 'print 1\n', 'private.kql': 'Patients\n| where Name != ""\n' };

let big; // 5,000 tables and 300 functions in nested folders
let small; // one of each kind, and canaries
let editor;
let page;

before(async () => {
  [big, small] = await Promise.all([Cluster.start(), Cluster.start()]);
  for (let team = 0; team < 50; team++) {
    const tables = Array.from({ length: 100 }, (_, i) => `T${team}_${i} (At: datetime, Device_${i}: string, Level: int)`);
    await big.command(`.create tables ${tables.join(', ')} with (folder="Area${team % 5}\\\\Team${team}", docstring="made by team ${team}")`);
  }
  for (let i = 0; i < 300; i++) {
    await big.command(`.create-or-alter function with (folder="Library/Part${i % 10}") Count${i}(n: long) { T0_0 | take n }`);
  }
  await small.command('.create table Sales (At: datetime, City: string, Amount: real) with (folder="Shop", docstring="each sale")');
  await small.command('.create materialized-view with (docstring="by city") ByCity on table Sales { Sales | summarize Total=sum(Amount) by City }');
  await small.command('.set-or-append Sales <| range n from 1 to 1500 step 1 | project At=datetime(2024-01-01)+n*1h, City="Lyon", Amount=todouble(n)');
  await small.command('.create-or-alter function with (docstring="the best of a city") Best(city: string) { Sales | where City == city | top 3 by Amount }');
  await small.command('.create table Patients (Name: string, canarycolumn: string) with (docstring="canarydoc")');
  await small.command('.set-or-append Patients <| print Name="canaryrow", canarycolumn="x"');
  small.schema = (database) => (database.ExternalTables = {
    Archive: { Name: 'Archive', DocString: 'years before', OrderedColumns: [{ Name: 'Year', Type: 'System.Int64', CslType: 'long' }, { Name: 'Sold', Type: 'System.Double', CslType: 'real' }] },
  });
  editor = await Editor.start({ name: 'tree', files, viewport: { width: 1280, height: 1000 } });
  page = editor.page;
}, { timeout: 300_000 });
after(async () => {
  await editor?.close();
  big?.stop();
  small?.stop();
});

const step = stepsOf(() => editor);

// A folder for pictures of the screens, to be looked at.
const pictures = process.env.CALYPSO_PICTURES;
const picture = async (name) => pictures !== undefined && page.screenshot({ path: path.join(pictures, `tree-${name}.png`) });

const node = (name) => editor.node(name);
const input = () => page.locator('.quick-input-widget:visible input').first();
const status = (text) => page.locator('.statusbar-item').filter({ hasText: text });

async function enter(title, text) {
  await page.locator('.quick-input-widget:visible .quick-input-title').getByText(title).waitFor();
  await input().fill(text);
  await page.keyboard.press('Enter');
}

async function menu(at, entry) {
  await at.click({ button: 'right' });
  await editor.choose(entry);
}

async function expand(at) {
  if ((await at.getAttribute('aria-expanded')) === 'false') {
    await at.locator('.monaco-tl-twistie').click();
  }
  await eventually(() => at.getAttribute('aria-expanded'), 'true');
}

/** Points at a node until its tooltip has all these texts. */
async function tooltip(at, ...texts) {
  const shown = texts.reduce((hover, hasText) => hover.filter({ hasText }), page.locator('.workbench-hover:visible, .monaco-hover:visible')).first();
  for (let tries = 0; tries < 12; tries++) {
    await at.locator('.label-name').hover();
    if (await shown.waitFor({ timeout: 3000 }).then(() => true, () => false)) {
      break;
    }
    await page.mouse.move(700, 500);
  }
  await shown.waitFor();
  await page.mouse.move(700, 500);
}

const told = (text) => editor.told(text);

/** Answers what was said by one of its buttons. VS Code shows no more than three messages in a second by themselves. */
async function answer(text, button) {
  await told(text);
  await page.locator('.notification-list-item').filter({ hasText: text }).first().getByText(button).click();
}

/** Dismisses what was said, so that the next step doesn't take it for its own. */
const quiet = () => editor.command('Notifications: Clear All Notifications');

async function add(address) {
  await editor.command('Calypso: Add Connection');
  await enter('Add Kusto connection', address);
}

/** Has a cluster behave so while something is done, with no schema that was read before. */
async function behaving(cluster, behaviour, act) {
  cluster.behaviour = behaviour;
  await act();
  cluster.behaviour = undefined;
  await quiet();
}

step('a large database is listed by kind and folder, and nothing of it is read before it is opened', async () => {
  await editor.file('a.kql');
  await editor.ready();
  await page.locator('.activitybar').getByRole('tab', { name: 'Calypso', exact: true }).click();
  await node('Embedded').waitFor();
  await add(`${big.address}/samples`); // the path is the database, whatever its letter case
  await status(`${big.host}/Samples`).waitFor();
  await page.locator('.codelens-decoration a').filter({ hasText: `${big.host}/Samples` }).waitFor();
  await expand(node(big.host));
  const database = page.getByRole('treeitem', { name: /^Samples, database/ });
  await database.waitFor();
  assert.ok(!big.asked.some((csl) => csl.includes('details')), 'sizes were asked for before the database was opened');
  await expand(database.first());
  await node('Tables').filter({ hasText: '5,003 tables' }).waitFor();
  await node('Functions').filter({ hasText: '300 functions' }).waitFor();
  await expand(node('Tables'));
  await expand(node('Area3'));
  await node('Team13').filter({ hasText: '100 tables' }).waitFor();
  await expand(node('Team13'));
  await node('T13_0').filter({ hasText: 'empty' }).waitFor(); // its rows were told a moment later
  await tooltip(node('T13_0'), 'T13_0: table, 3 columns', 'Folder Area3\\Team13', 'made by team 13', 'Schema of just now');
  await picture('folders');
});

step('a level with more than a page says how many are shown; more of it stays when the schema changes', async () => {
  const tables = Array.from({ length: 150 }, (_, i) => `More${i} (A: long)`);
  for (const part of [1, 2]) {
    await big.command(`.create tables ${tables.join(', ').replaceAll('More', `More${part}_`)} with (folder="Wide")`);
  }
  await menu(node(big.host), 'Refresh Schema');
  await told(/The schema is read: 5,303 tables/);
  await node('T13_0').waitFor(); // what was open is open
  await node('Team13').click();
  await expand(node('Area3')); // as it is
  await node('Area3').locator('.monaco-tl-twistie').click();
  await expand(node('Wide'));
  await node('More1_0').click();
  await page.keyboard.press('End');
  const more = page.locator('.sidebar .monaco-list-row').filter({ hasText: 'Load more: 200 of 300 are shown' });
  // A list that still scrolls moves the line from under the mouse.
  await eventually(async () => {
    if ((await more.count()) > 0) {
      await more.click({ timeout: 2000 });
    }
    return more.count();
  }, 0);
  await page.keyboard.press('End');
  await node('StormEvents').waitFor();
  await big.command('.create table Newest (A: long)');
  await node('StormEvents').click();
  await menu(node('StormEvents'), 'Show 10 Rows'); // the selection and what was open stay over the next refresh
  await editor.results.getByText('10 rows').first().waitFor();
  await editor.command('Calypso: Refresh Schema');
  await told(/The schema is read: 5,304 tables/);
  await node('Newest').waitFor();
  await eventually(() => node('StormEvents').getAttribute('aria-selected'), 'true');
  await quiet();
  await editor.section('Connections').getByRole('button', { name: 'Collapse All' }).click();
});

step('a search finds tables, columns and functions of all connections while one types, and says how many', async () => {
  await add(small.address);
  await status(`${small.host}/Samples`).waitFor();
  await expand(node(small.host));
  await page.locator('.codelens-decoration a').filter({ hasText: `${small.host}/Samples` }).waitFor(); // the focus left the editor
  await editor.command('Calypso: Search Connections');
  await input().fill('amount');
  await page.locator('.quick-input-message').getByText(/“amount”: 1 column\./).waitFor();
  await node('Amount').waitFor();
  await input().fill('count2');
  await page.locator('.quick-input-message').getByText('“count2”: 111 functions.').waitFor();
  await node('Count299').or(node('Count2')).first().waitFor();
  await input().fill('device_7');
  await page.locator('.quick-input-message').getByText('“device_7”: 550 columns.').waitFor();
  await page.keyboard.press('Enter');
  await editor.section('Connections').getByText('“device_7”: 550 columns.').waitFor();
  await page.locator('.sidebar .monaco-list-row').filter({ hasText: /^T0_7/ }).first().waitFor();
  await picture('search');
  await editor.command('Calypso: Search Connections');
  await input().fill('no such name');
  await page.locator('.quick-input-message').getByText('“no such name”: nothing is called so.').waitFor();
  await page.keyboard.press('Enter');
  await editor.section('Connections').getByText('No connection contains what is searched for.').waitFor();
  await editor.section('Connections').locator('.monaco-text-button').filter({ hasText: 'Show All Connections' }).click();
  await node('Embedded').waitFor();
});

step('each kind says what it is: rows, sizes, docstring, definition; a function opens as a document', async () => {
  await editor.section('Connections').getByRole('button', { name: 'Collapse All' }).click();
  await expand(node(small.host));
  const database = page.getByRole('treeitem', { name: /^Samples, database/ });
  await database.first().waitFor();
  await expand(database.first());
  await expand(node('Shop'));
  await node('Sales').filter({ hasText: '1,500 rows' }).waitFor();
  await tooltip(node('Sales'), 'Sales: table, 3 columns', /1,500 rows, \d+\.\d KB/, 'Folder Shop', 'each sale');
  await tooltip(node('ByCity'), 'ByCity: materialized view', 'by city', 'summarize Total=sum(Amount) by City');
  await tooltip(node('Archive'), 'Archive: external table', 'years before', '2 columns');
  await tooltip(node('Best'), 'Best(city:string): function', 'the best of a city', 'top 3 by Amount');
  await page.getByRole('treeitem', { name: 'Sales, table, 1,500 rows', exact: true }).waitFor(); // as a screen reader says it
  await page.getByRole('treeitem', { name: /^ByCity, materialized view/ }).waitFor();
  await page.getByRole('treeitem', { name: /^Archive, external table/ }).waitFor();
  await page.getByRole('treeitem', { name: /^Best, function/ }).waitFor();
  for (const [name, icon] of [['Sales', 'table'], ['ByCity', 'layers'], ['Archive', 'link-external'], ['Best', 'symbol-function'], ['Shop', 'folder']]) {
    await node(name).locator(`.codicon-${icon}`).waitFor();
  }
  await expand(node('Sales'));
  await tooltip(node('City'), 'City: string');
  await expand(node('Archive'));
  await tooltip(node('Year'), 'Year: long');
  await picture('kinds');
  await menu(node('Best'), 'Show Definition');
  await page.locator('.tab.active').filter({ hasText: 'Best.kql' }).waitFor();
  // It is kept on one line.
  for (const line of [/\{$/, /^\s*Sales$/, /^\s*\|\swhere\sCity\s==\scity$/, /^\s*\|\stop\s3\sby\sAmount$/]) {
    await page.locator('.view-line').filter({ hasText: line }).first().waitFor();
  }
  await menu(node('ByCity'), 'Show 10 Rows');
  await editor.results.getByText('1 row').first().waitFor();
  await menu(node('Sales'), 'Show Details');
  await editor.cell(0, 1).getByText(/^1,?500$/).waitFor(); // rows, size and docstring first
  await editor.cell(0, 4).getByText('each sale').waitFor();
  await menu(node('ByCity'), 'Show Details');
  await editor.results.getByRole('columnheader').filter({ hasText: 'SourceTable' }).first().waitFor();
  await menu(node('Best'), 'Show Details');
  await editor.results.getByRole('columnheader').filter({ hasText: 'Body' }).first().waitFor();
});

step('a menu that is open acts on what it was opened on, however the tree changes meanwhile', async () => {
  for (const [n, name] of ['Sales', 'ByCity', 'Best'].entries()) {
    let release;
    await behaving(small, { when: /schema as json/, until: new Promise((resolve) => (release = resolve)) }, async () => {
      await small.command(`.create table Later${n} (A: long) with (folder="Shop")`);
      await editor.command('Calypso: Refresh Schema');
      await node(name).locator('.label-name').click({ button: 'right' });
      const entry = page.locator('.context-view .action-label:visible').getByText('Copy Name', { exact: true });
      await entry.hover();
      release();
      await node(`Later${n}`).filter({ hasText: 'empty' }).waitFor(); // behind the menu
      await picture(`menu-${name}`);
      await editor.choose('Copy Name');
      await editor.clipboard(new RegExp(`^${name}$`));
    });
  }
});

step('where sizes are refused the tree says so, and why', async () => {
  const forbidden = { when: /tables details/, status: 403, headers: { 'content-type': 'application/json' }, body: '{"error":{"code":"Forbidden","message":"Caller is not authorized","@type":"Kusto.Forbidden","@message":"Principal has no right to see details","@permanent":true}}' };
  await behaving(small, forbidden, async () => {
    await menu(node(small.host), 'Refresh Schema');
    await told(/The schema is read/);
    await tooltip(node('Sales'), "Rows and size aren't known", 'has no right to see details');
  });
  await menu(node(small.host), 'Refresh Schema');
  await node('Sales').filter({ hasText: '1,500 rows' }).waitFor();
  await quiet();
});

step('a cluster that answers otherwise is told in a sentence with its next step, and works again when it does', async () => {
  const page404 = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>hello</html>' };
  for (const [behaviour, said] of [
    [{ status: 401 }, /wants you to sign in/],
    [{ status: 403 }, /doesn't let you in.*ask for access/],
    [{ status: 404 }, /HTTP 404.*check the cluster's address/],
    [{ status: 429, headers: { 'retry-after': '90' } }, /too many requests.*try again in 1m30s/],
    [{ status: 503 }, /HTTP 503.*try again later/],
    [page404, /answers with a web page.*check the cluster's address/],
  ]) {
    await behaving(small, behaviour, async () => {
      await menu(node(small.host), 'Test Connection');
      await told(said);
    });
  }
  await menu(node(small.host), 'Test Connection');
  await told(/answers: 1 database/);
  await quiet();
});

step('a slow cluster shows that it is asked, and can be given up; the tree goes on', async () => {
  let release;
  await behaving(small, { until: new Promise((resolve) => (release = resolve)) }, async () => {
    await menu(node(small.host), 'Test Connection');
    await status(/Asking/).or(page.locator('.notification-toast').filter({ hasText: 'Asking' })).first().waitFor();
    await expand(node('Embedded'));
    release();
    await told(/answers: 1 database/);
  });
  await node('Embedded').locator('.monaco-tl-twistie').click();
});

step('addresses that are wrong are told while they are typed; the same one in another spelling is there already', async () => {
  await editor.command('Calypso: Add Connection');
  for (const [address, said] of [
    ['http://help.kusto.windows.net', 'plain http to another machine; use https'],
    ['https://help.kusto.windows.net, please', 'is no URL'],
    ['https://help.kusto.windows.net:99999', 'a port that can\'t be one'],
    ['https://help.kusto.windows.net/a/b', 'a path of several parts'],
    ['https://ade.loganalytics.io/subscriptions/1', 'is a Log Analytics workspace'],
    ['https://me:secret@help.kusto.windows.net', 'leave it out and sign in instead'],
    ['HELP', 'https://help.kusto.windows.net'],
    ['https://dataexplorer.azure.com/clusters/help/databases/Samples?query=x', 'https://help.kusto.windows.net, database Samples'],
    ['Data Source=https://Help.kusto.windows.net:443;Initial Catalog=Samples', 'https://help.kusto.windows.net, database Samples'],
    ['[::1]:8080', 'http://[::1]:8080'],
  ]) {
    await input().fill(address);
    await page.locator('.quick-input-widget:visible .quick-input-message').getByText(said).waitFor();
  }
  await input().fill(` ${small.address.toUpperCase()}/Samples/ `);
  await page.locator('.quick-input-widget:visible .quick-input-message').getByText(`${small.address}, database Samples`).waitFor();
  await page.keyboard.press('Enter');
  await told(`There is a connection to ${small.address} already: ${small.host}.`);
  await eventually(() => node(small.host).count(), 1);
  await quiet();
  // Edit: to the address of another; then to one where nothing is.
  await menu(node(small.host), 'Edit Connection');
  await editor.pick('Address');
  await enter('Address of', big.address);
  await told(/has a connection already/);
  await quiet();
  await add(`https://${new URL(small.address).host}`);
  await answer(/no safe connection/i, 'Remove Connection');
  await eventually(() => node(small.host).count(), 1);
  await add('http://localhost:9');
  await answer('Nothing listens at http://localhost:9', 'Remove Connection');
  await node('localhost:9').waitFor({ state: 'detached' });
});

step('by keyboard: rename, group, menu, copy, remove; several at once', async () => {
  await node(small.host).locator('.label-name').click();
  await page.keyboard.press('F2');
  await enter('Name of', 'Little');
  await node('Little').waitFor();
  await editor.command('Calypso: New Group');
  await enter('Group of connections', 'Ours');
  await node('Ours').waitFor();
  await node('Little').locator('.label-name').hover();
  await page.mouse.down();
  await node('Embedded').locator('.label-name').hover(); // a drag begins with the first move
  await node('Ours').locator('.label-name').hover();
  await node('Ours').locator('.label-name').hover({ position: { x: 8, y: 8 } });
  await page.mouse.up();
  await node('Ours').filter({ hasText: '1 connection' }).waitFor();
  await node('Ours').locator('.label-name').click();
  await page.keyboard.press('F2');
  await enter('Group of connections', 'Clusters');
  await node('Clusters').filter({ hasText: '1 connection' }).waitFor();
  await node('Little').locator('.label-name').click();
  await page.keyboard.press('Shift+F10');
  await editor.choose('Mark Connection as Favourite');
  await node('Little').locator('.codicon-star-full').waitFor();
  await page.keyboard.press('Control+c');
  await editor.clipboard(new RegExp(`^${small.address}$`));
  await node('Clusters').locator('.label-name').click();
  await page.keyboard.press('Delete'); // a group is dissolved, its connections stay
  await node('Clusters').waitFor({ state: 'detached' });
  await node('Little').waitFor();
  for (const [name, port] of [['one', 1], ['two', 2]]) {
    writeFileSync(path.join(editor.workspace, `${name}.xml`), `<A><ServerDescriptionBase><Name>${name}</Name><ConnectionString>http://localhost:${port}</ConnectionString></ServerDescriptionBase></A>`);
    await editor.command('Calypso: Import Connections');
    await page.locator('.quick-input-widget:visible .quick-input-title').getByText('File of Kusto Explorer').waitFor();
    await editor.pick(`${name}.xml`);
    await node(name).waitFor();
  }
  await node('one').locator('.label-name').click();
  await node('two').locator('.label-name').click({ modifiers: ['ControlOrMeta'] });
  await page.keyboard.press('Delete');
  await page.locator('.monaco-dialog-box').getByText('Remove 2 connections?').waitFor();
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: 'Remove' }).click();
  await node('one').waitFor({ state: 'detached' });
  await node('two').waitFor({ state: 'detached' });
});

step('connections are exported to a file that has no secret, and imported from it', async () => {
  const file = path.join(editor.workspace, 'exported.json');
  await editor.command('Calypso: Export Connections');
  await editor.pick('Save as JSON');
  await editor.nameFile('connections.json', file);
  await eventually(() => JSON.parse(readFileSync(file, 'utf8')).connections.map((c) => c.name).sort(), ['Little', big.host].sort());
  await quiet();
  await menu(node('Little'), 'Remove Connection');
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: 'Remove' }).click();
  await node('Little').waitFor({ state: 'detached' });
  await editor.command('Calypso: Import Connections');
  await page.locator('.quick-input-widget:visible .quick-input-title').getByText('File of Kusto Explorer').waitFor();
  await editor.pick('exported.json');
  await told(`Imported 1 connection. There already: ${big.host}.`);
  await node('Little').waitFor();
  await quiet();
});

step("nothing of a cluster whose data is never stored is on the disk: schema, queries, rows, kept results, a notebook's outputs", async () => {
  await menu(node('Little'), 'Edit Connection');
  await editor.pick('Never store');
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Never store' }).filter({ hasText: 'yes' }).waitFor();
  await page.keyboard.press('Escape');
  await node('Little').filter({ hasText: 'nothing kept' }).waitFor();
  await editor.file('private.kql');
  await editor.command('Calypso: Choose Connection and Database');
  await editor.pick('Little');
  await status('Little/Samples').waitFor();
  await editor.focused();
  await page.keyboard.press('F5');
  await editor.cell(0, 0).getByText('canaryrow').waitFor();
  await expand(node('Little'));
  await menu(node('Little'), 'Refresh Schema');
  await told(/The schema is read/);
  await editor.word('Patients').first().waitFor();
  await editor.hover('Patients', 'canarydoc');
  // The results come back after a reload of those that may be kept; of this one there is nothing.
  await editor.open();
  await editor.file('private.kql');
  await status('Little/Samples').waitFor(); // which place was chosen is kept
  for (const file of filesBelow(editor.folder)) {
    const body = readFileSync(file, 'latin1');
    for (const canary of ['canaryrow', 'canarycolumn', 'canarydoc']) {
      assert.ok(!body.includes(canary), `${file} holds ${canary}`);
    }
  }
});

step('a folder of the workspace is a database: each format, a broken file by name, a changed one at once', async () => {
  const folder = path.join(editor.workspace, 'data');
  mkdirSync(folder);
  const csv = 'Name,City\nBaker,Lyon\n';
  for (const [name, body] of Object.entries({
    'shops.csv': csv, 'tabs.tsv': csv.replaceAll(',', '\t'), 'array.json': '[{"a":1},{"a":2}]', 'lines.ndjson': '{"a":1}\n{"a":2}\n',
    'packed.csv.gz': gzipSync(csv), 'broken.parquet': 'PAR1 rubbish', 'empty.csv': '',
  })) {
    writeFileSync(path.join(folder, name), body);
  }
  await editor.useAsDatabase('data');
  await told("data is a database now: 7 tables. These can't be read: broken, empty.");
  await quiet();
  await page.locator('.activitybar').getByRole('tab', { name: 'Calypso', exact: true }).click();
  await expand(page.getByRole('treeitem', { name: /^data, connection/ }));
  await expand(page.getByRole('treeitem', { name: /^data, database/ }));
  await node('broken').filter({ hasText: "can't be read" }).locator('.codicon-warning').waitFor();
  await tooltip(node('broken'), "broken.parquet: doesn't end as a Parquet file does");
  await tooltip(node('empty'), 'empty.csv: is empty; put a header line with column names in it');
  await picture('folder');
  await editor.command('Calypso: New Query');
  await page.locator('.tab.active').filter({ hasText: 'Untitled-1' }).waitFor();
  await editor.focused();
  await page.keyboard.insertText('union shops, tabs, packed, array, lines | count');
  await editor.command('Calypso: Choose Connection and Database');
  await editor.pick('data');
  await status('data/data').waitFor();
  await editor.focused();
  await page.keyboard.press('F5');
  await editor.cell(0, 0).getByText('7', { exact: true }).waitFor();
  appendFileSync(path.join(folder, 'shops.csv'), 'Miller,Nice\n');
  writeFileSync(path.join(folder, 'fresh.csv'), 'X\n1\n');
  await page.keyboard.press('F5');
  await editor.cell(0, 0).getByText('8', { exact: true }).waitFor();
  await node('fresh').waitFor();
});

/** In the window: waits until VS Code has written that a document is KQL. It writes every few seconds, when it has nothing else to do. */
async function languageKept() {
  const done = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = reject)));
  for (;;) {
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const texts = await done(database.transaction(store).objectStore(store).getAll());
        if (texts.some((text) => typeof text === 'string' && /(language|mode)Id\W+kql/.test(text))) {
          database.close();
          return;
        }
      }
      database.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

step('an untitled document has its place after a reload, and as the file that it is saved as', async () => {
  // VS Code keeps what isn't saved, and its language, some time after it was written.
  await eventually(() => filesBelow(path.join(editor.folder, 'data')).some((file) => file.includes('Backups') && readFileSync(file, 'utf8').includes('union shops')), true);
  await page.evaluate(languageKept);
  await editor.open();
  await page.locator('.tab').filter({ hasText: 'Untitled-1' }).click();
  await page.locator('.editor-instance .view-line').filter({ hasText: 'union shops' }).waitFor();
  await status('data/data').waitFor();
  await page.locator('.editor-instance .view-line').first().click();
  await editor.focused();
  await editor.ask('Control+s');
  await editor.nameFile('.kql', path.join(editor.workspace, 'saved.kql'));
  await page.locator('.tab.active[data-resource-name="saved.kql"]').waitFor();
  await status('data/data').waitFor();
  await editor.open();
  await editor.file('saved.kql');
  await status('data/data').waitFor();
  await picture('status');
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});

/** All files of the editor's own world, but for the workspace: what a person writes there is theirs. */
function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.join(entry.parentPath, entry.name)).filter((file) => existsSync(file) && !file.startsWith(path.join(folder, 'ext')) && !file.startsWith(path.join(folder, 'workspace', 'private')));
}
