// Connections by keyboard alone, in the real editor: added, tested, edited, grouped, searched, looked into, imported, exported, removed;
// what each did is read from the tree, the status bar, the rows or the clipboard.
import path from 'node:path';
import { KeyboardEditor, line, startCluster, tab } from './keyboard.mjs';

let address;

const by = new KeyboardEditor({
  name: 'keyboard-connections',
  prepare: async ({ run }) => {
    address = await run(startCluster());
    const explorer = `<ArrayOfServerDescriptionBase><ServerDescriptionBase><Name>Elsewhere</Name><ConnectionString>Data Source=https://elsewhere.kusto.windows.net</ConnectionString></ServerDescriptionBase></ArrayOfServerDescriptionBase>`;
    return { files: { 'storms.kql': 'StormEvents\n| take 3\n', 'data/shops.csv': 'Name,City\nBaker,Lyon\nButcher,Lille\n', 'UserConnections.xml': explorer } };
  },
});
const { step } = by;

const status = (text) => by.page.locator('.statusbar-item').filter({ hasText: text }).waitFor();
const node = (name) => by.editor.node(name);

/** Goes to the tree of connections, to a node of it. */
async function to(name) {
  await by.toTree('Connections');
  await by.walk(name);
}

step('one is added by its address and tested', async () => {
  await by.editor.file('storms.kql');
  await by.editor.ready();
  await by.run('addConnection');
  await by.enter('Add Kusto connection', address);
  await status(new URL(address).host);
  await to(new URL(address).host);
  await by.menu('testConnection');
  await by.toast(/answers: 1 database/).waitFor();
});

step('it gets another name, and the mark of a favourite, which is taken off again', async () => {
  await to(new URL(address).host);
  await by.menu('editConnection');
  await by.take('Name');
  await by.enter('Name of', 'Local Kusto');
  await by.mark(by.page.getByText('Local Kusto', { exact: true }));
  await by.keys('Escape');
  await to('Local Kusto');
  await by.menu('favourite');
  await node('Local Kusto').locator('.codicon-star-full').waitFor();
  await by.run('noFavourite');
  await by.take('Local Kusto');
  await node('Local Kusto').locator('.codicon-server').waitFor();
  await by.run('noFavourite');
  await by.toast('No connection is marked as favourite.').waitFor();
});

step('a group is made, filled, renamed and dissolved', async () => {
  await by.run('newGroup');
  await by.enter('Group of connections', 'On this machine');
  await node('On this machine').waitFor();
  await to('Local Kusto');
  await by.menu('moveConnection');
  await by.take('On this machine');
  await node('Local Kusto').and(by.page.locator('[aria-level="2"]')).waitFor();
  await to('On this machine');
  await by.menu('renameGroup');
  await by.enter('Group of connections', 'Here');
  await to('Here');
  await by.menu('removeGroup');
  await node('Here').waitFor({ state: 'detached' });
  await node('Local Kusto').and(by.page.locator('[aria-level="1"]')).waitFor();
});

step('a document runs elsewhere, and the schema there is read anew', async () => {
  await by.keys('Control+1');
  await by.editor.focused();
  await by.run('connect');
  await by.take('Embedded');
  await status('Embedded/Samples');
  await by.run('refreshSchema');
  await by.toast(/The schema is read: \d+ tables, \d+ columns/).waitFor();
});

step('the place in the status bar is reached and changed; the keyboard is in the document again', async () => {
  const item = by.page.locator('.statusbar-item a:focus');
  for (const answer of [() => by.keys('Escape'), () => by.take('Local Kusto')]) {
    await by.palette('View: Focus Status Bar');
    await by.page.locator('.part.statusbar:focus, .part.statusbar :focus').waitFor();
    for (let n = 0; n < 30 && (await item.filter({ hasText: 'Embedded/Samples' }).count()) === 0; n++) {
      await by.move('ArrowRight', () => item.allInnerTexts().then(String));
    }
    await item.filter({ hasText: 'Embedded/Samples' }).waitFor();
    await by.keys('Enter');
    await by.list.locator('.quick-input-title').getByText('Connection for this document').waitFor();
    await answer();
    await by.list.waitFor({ state: 'hidden' });
    await by.editor.focused();
  }
  await status('Local Kusto');
});

step('the tree is searched, and shown whole again', async () => {
  await by.run('searchConnections');
  await by.enter('Search connections', 'elsewhere');
  await by.editor.section('Connections').getByText('No connection contains what is searched for.').waitFor();
  await by.run('showAllConnections');
  await node('Local Kusto').waitFor();
});

step('of a table: rows, facts and definition, from the palette and from the tree', async () => {
  await by.run('showSample');
  await by.take('StormEvents');
  await by.editor.results.getByText('10 rows').first().waitFor();
  await by.run('showDetails');
  await by.take('StormEvents');
  await by.editor.results.getByRole('columnheader').filter({ hasText: 'TableName' }).first().waitFor();
  for (const name of ['Embedded', 'Samples']) {
    await to(name);
    await by.keys('ArrowRight');
  }
  await to('StormEvents');
  await by.menu('showDefinition');
  await tab(by.page, 'StormEvents.kql');
  await line(by.page, /EventType/);
});

step("a folder of the workspace becomes a database, by the Explorer's menu", async () => {
  await by.palette('File: Focus on Files Explorer');
  const marked = by.page.locator('.explorer-folders-view .monaco-list-row.focused');
  await by.keys('Home');
  for (let n = 0; n < 10 && (await marked.filter({ hasText: /^data$/ }).count()) === 0; n++) {
    await by.move('ArrowDown', () => marked.allInnerTexts().then(String));
  }
  await by.menu('useFolder');
  await by.toast('data is a database now: 1 table.').waitFor();
});

step("Kusto Explorer's file is imported, all is exported, and one is removed", async () => {
  await by.run('importConnections');
  await by.file('/workspace/', path.join(by.editor.workspace, 'UserConnections.xml'));
  await by.toast('Imported 1 connection.').waitFor();
  await by.run('exportConnections');
  await by.take('Copy as lines for config.toml');
  await by.clipboard('elsewhere\\.kusto\\.windows\\.net');
  await to('Elsewhere');
  await by.menu('removeConnection');
  await by.answer('Remove');
  await node('Elsewhere').waitFor({ state: 'detached' });
});

by.finish();
