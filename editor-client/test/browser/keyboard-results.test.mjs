// Commands about runs and their results, by keyboard alone.
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { eventually, KeyboardEditor } from './keyboard.mjs';

const by = new KeyboardEditor({
  name: 'keyboard-results',
  files: {
    'storms.kql': 'StormEvents | summarize Events = count() by State | top 3 by Events | project State\n',
    'more.kql': 'PopulationData | sort by State asc | take 5\n',
    'endless.kql': 'range x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
    'asks.kql': 'declare query_parameters(state: string = "OHIO");\nprint state\n',
    'notes.txt': 'nothing of ours\n',
    'linked.kql': "#connect cluster('storms.kusto.windows.net').database('Weather')\nStorms | count\n",
  },
  // Nothing answers there: a cluster's address is enough for a link.
  env: { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' },
});
const { step } = by;
const tabs = (name) => by.editor.results.getByRole('tab', { name });

step('a query that never ends is stopped by Shift+F5, and by the palette', async () => {
  await by.editor.file('endless.kql');
  await by.editor.ready();
  for (const stop of [() => by.key('cancel', 'Shift+F5'), () => by.run('cancel')]) {
    await by.keys('F5');
    await by.editor.results.getByText(/^[1-9]\d*\.\d s$/).waitFor();
    await stop();
    await by.editor.results.getByText(/^The query was stopped after/).waitFor();
  }
});

step('rows are copied, and a query is exported without showing them', async () => {
  await by.editor.file('storms.kql');
  await by.keys('F5');
  await by.editor.results.getByText('3 rows').first().waitFor();
  await by.run('copyResults');
  await by.take('Markdown table');
  await by.clipboard('^\\| State \\|\\n');
  await by.editor.file('more.kql');
  await by.run('runExport');
  await by.take('CSV');
  const file = path.join(by.editor.workspace, 'people.csv');
  await by.file('results.csv', file);
  await by.toast(/5 rows, .*people\.csv/).waitFor();
  await eventually(() => readFileSync(file, 'utf8').trim().split(/\r?\n/).length, 6);
  await by.palette('Notifications: Clear All Notifications');
});

step('a result is pinned and renamed, outlives the next run, and is closed; then the others', async () => {
  await by.run('pinResult');
  await tabs(/StormEvents/).locator('.codicon-pinned').waitFor();
  await by.run('renameResult');
  await by.enter('Rename result', 'my storms');
  await tabs('my storms').waitFor();
  await by.keys('F5');
  await by.editor.results.getByText('5 rows').first().waitFor();
  await eventually(() => by.editor.results.getByRole('tab').count(), 2);
  await by.run('closeResult');
  await tabs('my storms').and(by.editor.results.locator('[aria-selected="true"]')).waitFor();
  await eventually(() => by.editor.results.getByRole('tab').count(), 1);
  await by.run('pinResult');
  await tabs('my storms').locator('.codicon-pinned').waitFor({ state: 'detached' });
  await by.run('closeAllResults');
  await by.editor.results.getByText('No results yet').waitFor();
});

step('a parameter gets a value, which the query runs with', async () => {
  await by.editor.file('asks.kql');
  await by.editor.ready();
  await by.editor.caret(2);
  await by.run('setParameters');
  await by.enter('Parameter state', 'MAINE');
  await by.page.locator('.codelens-decoration a').filter({ hasText: 'state = MAINE' }).waitFor();
  await by.keys('F5');
  await by.editor.cell(0, 0).getByText('MAINE').waitFor();
});

step("a query leaves as a link, and to the cluster's page once the editor's own question is answered", async () => {
  await by.editor.file('linked.kql');
  await by.editor.ready();
  await by.editor.caret(2);
  await by.run('copyLink');
  await by.toast('The link to the query is on the clipboard').waitFor();
  const link = new URL(await by.editor.clipboard(/^https:/));
  await eventually(() => gunzipSync(Buffer.from(link.searchParams.get('query'), 'base64')).toString(), 'Storms | count');
  await by.run('openInWeb');
  const question = by.page.locator('.monaco-dialog-box').filter({ hasText: 'dataexplorer.azure.com/clusters/storms/databases/Weather' });
  await question.waitFor();
  await by.answer('Cancel');
  await question.waitFor({ state: 'detached' });
});

step('with no query in front each command says what to do', async () => {
  await by.editor.file('notes.txt');
  for (const title of ['Run Query', 'Run All Queries in File', 'Run and Export to File', 'Copy Link to Query', 'Open in Azure Data Explorer']) {
    await by.palette('Notifications: Clear All Notifications');
    await by.palette(`Calypso: ${title}`);
    await by.editor.told(/[Oo]pen a KQL file and put the caret into a query/);
  }
});

by.finish();
