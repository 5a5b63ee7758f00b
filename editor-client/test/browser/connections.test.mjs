// Connections, history and scratch pads in the side bar, as a user works with them, over a reload of the window.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually.mjs';
import { withClusters } from './kusto-cluster.mjs';

const files = {
  'texas.kql': 'StormEvents\n| where State == "TEXAS"\n| summarize Events = count() by EventType\n| top 3 by Events\n',
  'ports.kql': 'Airports\n| count\n',
  'places.kql': 'shops\n| where City == "Lyon"\n',
  'secret.kql': 'print Key = h"canary1", Other = 2\n',
};

let editor;
let page;
let cluster;

// The cluster is on the data of the samples.
const step = withClusters([['--data', path.resolve('../samples/data')]], { name: 'connections', files }, (...begun) => {
  [editor, cluster] = begun;
  mkdirSync(path.join(editor.workspace, 'data'));
  writeFileSync(path.join(editor.workspace, 'data', 'shops.csv'), 'Name,City\nBaker,Lyon\nButcher,Lille\n');
  writeFileSync(path.join(editor.workspace, 'UserConnections.xml'), explorerFile(cluster.address));
  page = editor.page;
});

const explorerFile = (address) => `<?xml version="1.0"?>
<ArrayOfServerDescriptionBase>
  <ServerDescriptionBase><Name>Elsewhere</Name><ConnectionString>Data Source=https://elsewhere.kusto.windows.net;AppKey=canary2</ConnectionString></ServerDescriptionBase>
  <ServerDescriptionBase><Name>Twice</Name><ConnectionString>Data Source=${address}</ConnectionString></ServerDescriptionBase>
</ArrayOfServerDescriptionBase>`;

const input = () => page.locator('.quick-input-widget:visible input').first();

/** Waits for an input with this title, and enters a text. */
async function enter(title, text) {
  await page.locator('.quick-input-widget:visible .quick-input-title').getByText(title).waitFor();
  await input().fill(text);
  await page.keyboard.press('Enter');
}

/** Types a text into an input with this title, until this is said below it: of a cluster that is being contacted it is another. */
async function typed(title, text, said) {
  await page.locator('.quick-input-widget:visible .quick-input-title').getByText(title).waitFor();
  const note = page.locator('.quick-input-widget:visible .quick-input-message').getByText(said);
  await eventually(async () => {
    await input().fill('');
    await input().fill(text);
    return note.waitFor({ timeout: 5000 }).then(() => true, () => false);
  }, true, said);
}

/** An entry of a node's context menu. */
async function menu(node, entry) {
  await node.click({ button: 'right' });
  await editor.choose(entry);
}

// A folder for pictures of the screens, to be looked at.
const pictures = process.env.CALYPSO_PICTURES;
const picture = async (name) => pictures !== undefined && page.screenshot({ path: path.join(pictures, `connections-${name}.png`) });

const toast = (text) => page.locator('.notifications-toasts .notification-toast').filter({ hasText: text }).first();
/** The side bar with our trees. */
async function showView() {
  await page.locator('.activitybar').getByRole('tab', { name: 'Calypso', exact: true }).click();
  await editor.node('Embedded').waitFor();
}

const section = (name) => editor.section(name);
const row = (pane, text) => editor.row(pane, text);

async function expand(node) {
  if ((await node.getAttribute('aria-expanded')) === 'false') {
    await node.click();
  }
}

step('a connection is added by its address, and the document uses it', async () => {
  await editor.file('ports.kql');
  await editor.ready();
  await showView();
  await editor.command('Calypso: Add Connection');
  await typed('Add Kusto connection', 'http://help.kusto.windows.net', 'is plain http to another machine; use https');
  await typed('Add Kusto connection', 'Data Source=HELP;Initial Catalog=Samples', 'https://help.kusto.windows.net, database Samples');
  await enter('Add Kusto connection', cluster.address);
  await page.locator('.statusbar-item').filter({ hasText: cluster.host }).waitFor();
  await page.locator('.codelens-decoration a').filter({ hasText: cluster.host }).waitFor();
  await editor.node(cluster.host).waitFor();
});

step('it is tested, edited, marked and put into a group', async () => {
  await menu(editor.node(cluster.host), 'Test Connection');
  await toast(/answers: 1 database, (under )?\d+ ms/).waitFor();
  await menu(editor.node(cluster.host), 'Edit Connection');
  await editor.pick('Name');
  await enter('Name of', 'Local Kusto');
  await editor.pick('Group');
  await editor.pick('New group');
  await enter('Group of connections', 'On this machine');
  await editor.pick('Favourite');
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Favourite' }).filter({ hasText: 'yes' }).waitFor();
  await page.keyboard.press('Escape');
  await editor.node('On this machine').waitFor();
  await editor.node('Local Kusto').locator('.codicon-star-full').waitFor();
  await page.locator('.statusbar-item').filter({ hasText: 'Local Kusto' }).waitFor();
});

step('an unreachable one says why, with the next step', async () => {
  await menu(editor.node('On this machine'), 'Add Connection');
  await enter('Add Kusto connection', 'http://localhost:9');
  await toast('Nothing listens at http://localhost:9: check the address and that the cluster runs').waitFor();
  await toast('localhost:9').getByText('Change Address').click();
  await enter('Address of localhost:9', 'http://localhost:10');
  await toast('Nothing listens at http://localhost:10').waitFor();
  await editor.node('localhost:10').waitFor(); // it is called after its address
  await menu(editor.node('localhost:10'), 'Remove Connection');
  await page.locator('.monaco-dialog-box').getByText('Remove the connection localhost:10?').waitFor();
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: 'Remove' }).click();
  await editor.node('localhost:10').waitFor({ state: 'detached' });
});

step("Kusto Explorer's file is imported: what is there already is told", async () => {
  await editor.command('Calypso: Import Connections');
  await page.locator('.quick-input-widget:visible .quick-input-title').getByText('File of Kusto Explorer').waitFor();
  await editor.pick('UserConnections.xml'); // the dialog begins in the workspace
  await toast('Imported 1 connection. There already: Twice.').waitFor();
  await editor.node('Elsewhere').waitFor();
  const kept = readFileSync(path.join(editor.folder, '.config', 'calypso', 'connections.json'), 'utf8');
  assert.ok(!kept.includes('canary2'), 'a key of the file was kept');
});

step('the tree loads as it is opened; a search finds a column', async () => {
  await expand(editor.node('Embedded'));
  await expand(editor.node('Samples'));
  await editor.node('StormEvents').waitFor();
  await expand(editor.node('StormEvents'));
  await editor.node('EventType').waitFor();
  await editor.command('Calypso: Search Connections');
  await typed('Search connections', 'damagecrops', '“damagecrops”: 1 column. Not searched, as not opened yet: 1 connection.');
  await editor.node('PopulationData').waitFor({ state: 'detached' });
  await editor.node('DamageCrops').first().waitFor(); // what is found is opened, while one types
  await page.keyboard.press('Escape');
  await editor.node('PopulationData').waitFor(); // left: all is shown again, as it was
  await editor.command('Calypso: Search Connections');
  await enter('Search connections', 'damagecrops');
  await section('Connections').getByText('“damagecrops”: 1 column. Not searched, as not opened yet: 1 connection.').waitFor();
  await editor.node('PopulationData').waitFor({ state: 'detached' });
  await editor.command('Calypso: Show All Connections');
  await editor.node('PopulationData').waitFor();
});

step('a table shows some rows and its definition', async () => {
  await menu(editor.node('StormEvents'), 'Show 10 Rows');
  await editor.results.getByText('10 rows').first().waitFor();
  await menu(editor.node('StormEvents'), 'Show Definition');
  await page.locator('.tab.active').filter({ hasText: 'StormEvents.kql' }).waitFor();
  await page.locator('.view-line').filter({ hasText: 'EventType' }).first().waitFor();
  await menu(editor.node('StormEvents'), 'Show Details');
  await editor.results.getByRole('columnheader').filter({ hasText: 'TableName' }).first().waitFor();
});

step('a folder of the workspace is a database', async () => {
  await editor.useAsDatabase('data');
  await toast('data is a database now: 1 table.').waitFor();
  await editor.file('places.kql');
  await editor.command('Calypso: Choose Connection and Database');
  await editor.pick('data');
  await page.locator('.statusbar-item').filter({ hasText: /data\// }).waitFor();
  await page.locator('.editor-instance .view-line').first().click();
  await page.keyboard.press('F5');
  await editor.cell(0, 0).getByText('Baker').waitFor();
});

step('once the place in the status bar is chosen, or left as it is, the keyboard is in the document again', async () => {
  const item = page.locator('.statusbar-item').filter({ hasText: /data\// }).locator('a').first();
  const asked = page.locator('.quick-input-widget:visible .quick-input-title').getByText('Connection for this document');
  for (const answer of [() => page.keyboard.press('Escape'), () => editor.pick('data')]) {
    await item.click();
    await asked.waitFor();
    await page.locator('.quick-input-widget:visible input:focus').waitFor();
    await answer();
    await asked.waitFor({ state: 'hidden' });
    await editor.focused();
    await page.keyboard.type('//');
    await page.locator('.view-line').filter({ hasText: '//' }).first().waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('.view-line').filter({ hasText: '//' }).waitFor({ state: 'detached' });
  }
});

step('the history has what ran, by day; a result opens again without running', async () => {
  await editor.file('secret.kql');
  await page.keyboard.press('F5');
  await editor.cell(0, 1).getByText('2', { exact: true }).waitFor();
  await editor.command('Calypso: Focus on History View');
  await row('History', 'Today').waitFor();
  await row('History', 'print Key').waitFor();
  await row('History', 'shops').filter({ hasText: /\d\d:\d\d shops.*rows?, (under )?[\d.]+ m?s · .*data/ }).waitFor();
  const folder = path.join(editor.folder, '.local', 'state', 'calypso');
  const runs = () => readFileSync(path.join(folder, 'history.jsonl'), 'utf8').split('\n').length; // a run is in it from its beginning
  const before = runs();
  await menu(row('History', 'shops'), 'Show Result of Earlier Run');
  await editor.cell(0, 0).getByText('Baker').waitFor();
  assert.equal(runs(), before);
  await menu(row('History', 'shops'), 'Open Query of History');
  await page.locator('.tab.active').filter({ hasText: 'Untitled' }).waitFor();
  await page.locator('.statusbar-item').filter({ hasText: /data\// }).waitFor();
  assert.ok(!readFileSync(path.join(folder, 'history.jsonl'), 'utf8').includes('canary1'), 'a secret is in the history');
  await editor.command('Calypso: Search History');
  await enter('Search the history', 'lyon');
  await row('History', 'print Key').waitFor({ state: 'detached' });
  await row('History', 'shops').waitFor();
  await editor.command('Calypso: Show Whole History');
  await row('History', 'print Key').waitFor();
});

step('a scratch pad is saved by itself, and renamed', async () => {
  await editor.command('Calypso: New Scratch Pad');
  await page.locator('.tab.active').filter({ hasText: 'Scratch 1.kql' }).waitFor();
  await page.keyboard.type('print canary3 = 42');
  await page.locator('.tab.active:not(.dirty)').filter({ hasText: 'Scratch 1.kql' }).waitFor();
  const folder = path.join(editor.folder, '.local', 'state', 'calypso', 'scratch-pads');
  await eventually(() => readFileSync(path.join(folder, 'Scratch 1.kql'), 'utf8'), /canary3 = 42/);
  await editor.command('Calypso: Focus on Scratch Pads View');
  await menu(row('Scratch Pads', 'Scratch 1'), 'Rename Scratch Pad');
  await enter('Rename scratch pad', 'a/b');
  await page.locator('.quick-input-widget:visible').getByText('Leave out').waitFor();
  await enter('Rename scratch pad', 'Answer');
  await page.locator('.tab.active').filter({ hasText: 'Answer.kql' }).waitFor();
  await row('Scratch Pads', 'Answer').waitFor();
  await eventually(() => readdirSync(folder).filter((file) => file.endsWith('.kql')), ['Answer.kql']);
  await picture('light');
});

step('after a reload all is as it was: the place of each document, the pad, the history', async () => {
  if (pictures !== undefined) {
    editor.configure({ 'workbench.colorTheme': 'Default Dark Modern' });
  }
  await editor.open();
  await editor.file('places.kql');
  await page.locator('.statusbar-item').filter({ hasText: /data\// }).waitFor();
  await editor.file('ports.kql');
  await page.locator('.statusbar-item').filter({ hasText: 'Local Kusto' }).waitFor();
  await showView();
  await row('Scratch Pads', 'Answer').waitFor();
  await row('History', 'shops').waitFor();
  await row('Scratch Pads', 'Answer').click();
  await page.locator('.tab.active').filter({ hasText: 'Answer.kql' }).waitFor();
  await page.locator('.view-line').filter({ hasText: 'canary3' }).waitFor();
  await picture('dark');
});

step('a query of the history runs again; then all of it is deleted, on the disk too', async () => {
  await menu(row('History', 'shops'), 'Run Query of History Again');
  await section('History').getByText('5 runs').waitFor();
  await editor.cell(0, 0).getByText('Baker').waitFor();
  await editor.command('Calypso: Clear History');
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: 'Delete' }).click();
  await section('History').getByText('Every query that runs is kept here').waitFor();
  await eventually(() => readFileSync(path.join(editor.folder, '.local', 'state', 'calypso', 'history.jsonl'), 'utf8'), '');
});

step('a cluster whose data is never stored leaves nothing on the disk', async () => {
  await editor.command('Calypso: Edit Connection');
  await editor.pick('Local Kusto');
  await editor.pick('Never store');
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Never store' }).filter({ hasText: 'yes' }).waitFor();
  await page.keyboard.press('Escape');
  await editor.file('ports.kql');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// canary4');
  await page.keyboard.press('F5');
  await editor.results.getByText('1 row').first().waitFor();
  await editor.file('texas.kql');
  await page.keyboard.press('F5');
  await row('History', 'StormEvents').waitFor();
  for (const file of filesBelow(editor.folder, ['.config', '.local', '.cache'])) {
    assert.ok(!readFileSync(file, 'latin1').includes('canary4'), `${file} holds the query`);
  }
});

step('a scratch pad and a connection are deleted when one says so', async () => {
  await menu(row('Scratch Pads', 'Answer'), 'Delete Scratch Pad');
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: 'Delete' }).click();
  await section('Scratch Pads').getByText('A scratch pad is a query that is saved by itself').waitFor();
  await menu(editor.node('Elsewhere'), 'Remove Connection');
  await page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: 'Remove' }).click();
  await editor.node('Elsewhere').waitFor({ state: 'detached' });
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});

function filesBelow(folder, names) {
  const roots = names.map((name) => path.join(folder, name)).filter(existsSync);
  return roots.flatMap((root) => readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)));
}
