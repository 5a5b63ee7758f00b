// Results in the real editor as somebody uses them all day: tables of one run side by side, every type sorted, filtered and taken back
// into a query as it was, values as deep as they come, parameters of each type, what a cluster says of its work, and that it is stopped.
import assert from 'node:assert/strict';
import path from 'node:path';
import { eventually } from './eventually.mjs';
import { withClusters } from './kusto-cluster.mjs';

const files = {
  'fork.kql': 'StormEvents\n| fork (summarize Events = count() by State) (take 3) Named = (count)\n',
  'types.kql': `datatable(S: string, L: long, I: int, R: real, B: bool, T: datetime, D: timespan, G: guid, M: decimal, J: dynamic)[
    "plain", 1, int(2), 1.5, true, datetime(2024-02-29 12:00:00.1234567), timespan(1.02:03:04.0000005), guid(74be27de-1e4e-49d9-b579-fe0b331d3642), decimal(12345678901234567890.12), dynamic({"a": [1, null, "x"], "b c": {"d": 1.0}}),
    "say \\"hi\\" and 'there' \\\\ back\\nnew\\ttab", long(-9223372036854775808), int(null), real(nan), bool(null), datetime(null), timespan(null), guid(null), decimal(null), dynamic(null),
    "", long(null), int(-2147483648), real(-inf), false, datetime(0001-01-01), timespan(-10675199.02:48:05.4775807), guid(00000000-0000-0000-0000-000000000000), decimal(-0.5), dynamic("text"),
    "عربي 👩‍👩‍👧 \\u202e", 9223372036854775807, int(0), 1e308, true, datetime(9999-12-31 23:59:59.9999999), 1tick, guid(null), decimal(0), dynamic([9223372036854775807, 0.1, true])]
`,
  'pasted.kql': '',
  'many.kql': `range N from 1 to 1000 step 1
| extend S = strcat("row ", N), I = toint(N), R = N / 8.0, B = N % 2 == 0, T = datetime(2024-01-01) + N * 1h, D = N * 1m, M = todecimal(N) / 4, J = bag_pack("k", N % 3),
    G = iff(N % 10 == 0, guid(74be27de-1e4e-49d9-b579-fe0b331d3642), guid(null))
`,
  'deep.kql': `print Payload = bag_pack("deep", parse_json(strcat(strcat_array(repeat('{"a":', 90), ""), "1", strcat_array(repeat("}", 90), ""))), "list", range(1, 40000, 1))\n`,
  'asks.kql': `declare query_parameters(b: bool = true, i: int = 1, l: long, r: real = 1.5, d: datetime = datetime(2024-01-01), t: timespan = 1h, g: guid = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), m: decimal = decimal(1.5), s: string, j: dynamic = dynamic({"a": 1}));
print Values = strcat_delim("; ", iff(b, "yes", "no"), i, l, r, d, t, g, todouble(m), s, tostring(j))
`,
  'moved.kql': 'declare query_parameters(n: long = 2);\nprint Answer = n * 21\n',
  'cluster.kql': 'StormEvents\n| take 3\n',
  'fails.kql': 'print x = 60\n| where assert(x < 50, "too big")\n',
};

let editor;
let page;
let cluster;

const step = withClusters([[]], { name: 'analyst', files }, (...begun) => {
  [editor, cluster] = begun;
  page = editor.page;
});
// A folder for pictures of the screens, to be looked at.
const pictures = process.env.CALYPSO_PICTURES;
const picture = async (name) => pictures !== undefined && page.screenshot({ path: path.join(pictures, `analyst-${name}.png`) });
const header = (name) => editor.results.getByRole('columnheader', { name, exact: false }).locator('.name').first();
const input = () => page.locator('.quick-input-widget:visible input').first();
const asks = (text) => page.locator('.quick-input-widget:visible').filter({ hasText: text }).waitFor();

async function run(file, line = 1) {
  await editor.file(file);
  await editor.caret(line);
  await page.keyboard.press('F5');
}

/** All rows with their headers, and the types of their columns. */
async function everything() {
  await editor.cell(0, 0).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+Shift+C');
  const text = await editor.clipboard(/^S\tL\t/);
  return { text, types: await editor.results.locator('.head .type').allInnerTexts() };
}

step('tables of one run: each has a tab that says which it is', async () => {
  await editor.file('fork.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.results.getByRole('tab', { name: 'StormEvents (1)' }).waitFor();
  await editor.results.getByRole('tab', { name: 'StormEvents (2)' }).click();
  await editor.results.getByText('3 rows', { exact: true }).waitFor();
  await editor.results.getByRole('tab', { name: 'Named' }).click();
  await editor.results.getByText('1 row', { exact: true }).waitFor();
  await picture('fork');
});

step('each type is copied as datatable, and back in a query it is what it was', async () => {
  await run('types.kql');
  await editor.results.getByText('4 rows', { exact: true }).waitFor();
  const before = await everything();
  await picture('types');
  await editor.cell(0, 0).click({ button: 'right' });
  await editor.results.getByRole('menu').getByText('Copy as Markdown', { exact: true }).click();
  await editor.clipboard(/^\| S \| L \| I \|.*\n\|[-: |]+\|\n\| plain \| 1 \| 2 \|/);
  await editor.cell(0, 0).click({ button: 'right' });
  await editor.results.getByRole('menu').getByText('Copy as datatable', { exact: true }).click();
  await editor.clipboard(/^datatable\(S:string, L:long, I:int, R:real, B:bool, T:datetime, D:timespan, G:guid, M:decimal, J:dynamic\)\[/);
  await editor.file('pasted.kql');
  await page.keyboard.press('Control+v');
  await eventually(() => page.locator('.editor-instance .view-line').count(), (lines) => lines > 3);
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F5');
  await editor.results.getByRole('tab', { name: /^datatable\(S:string, L/ }).waitFor();
  await editor.results.getByText('4 rows', { exact: true }).waitFor();
  assert.deepEqual(await everything(), before);
  await editor.command('File: Revert File');
});

step('sorted by several columns, each with its place in the order', async () => {
  await run('many.kql');
  await editor.results.getByText('1,000 rows', { exact: true }).waitFor();
  await header('B').click();
  await editor.results.locator('[aria-sort="ascending"]').waitFor();
  await header('N').click({ modifiers: ['Shift'] });
  await eventually(() => editor.results.locator('[aria-sort="ascending"]').count(), 2);
  await header('N').click({ modifiers: ['Shift'] });
  await editor.cell(0, 0).getByText('999', { exact: true }).waitFor();
  await eventually(() => editor.results.locator('.head .order').allInnerTexts(), ['2', '1']);
  await picture('sorted');
});

step('a filter for each type, in the words of its hint', async () => {
  await editor.results.getByRole('button', { name: 'Show filters' }).click();
  const filters = { N: ['10..19', 10], S: ['^row 99', 11], I: ['(1, 5, 9)', 3], R: ['>124', 8], B: ['true', 500], T: ['>=2024-02-11', 17], D: ['<10m', 9], M: ['=2.5', 1], J: ['"k":1', 334], G: ['null', 900] };
  for (const [name, [text, rows]] of Object.entries(filters)) {
    const box = editor.results.getByRole('textbox', { name: `Filter ${name}`, exact: true });
    await box.fill(text);
    await editor.results.getByText(new RegExp(`^${rows} of 1,000 rows?$`)).waitFor();
    if (name === 'T') {
      await picture('filters');
    }
    await box.fill('');
    await editor.results.getByText('1,000 rows', { exact: true }).waitFor();
  }
});

step('grouped: each heading has the sums of its rows', async () => {
  await editor.results.getByRole('button', { name: 'Show filters' }).click();
  await editor.results.getByRole('columnheader', { name: 'B' }).last().click({ button: 'right' });
  await editor.results.getByRole('menu').getByText('Group by This Column', { exact: true }).click();
  for (const [group, ...sums] of [['false (500)', '250000', '31250'], ['true (500)', '250500', '31312.5']]) {
    const heading = editor.results.locator('.row.group').filter({ hasText: group });
    for (const sum of sums) {
      await heading.locator('.cell').getByText(sum, { exact: true }).first().waitFor();
    }
  }
  await picture('groups');
});

step('a value of 200 KB that is ninety levels deep: all of it is reached', async () => {
  await run('deep.kql');
  await editor.cell(0, 0).dblclick();
  const tree = editor.results.getByRole('tree');
  await tree.getByText('40,000 elements').click();
  await tree.getByRole('button', { name: 'Show more from 200' }).waitFor();
  await picture('list');
  await tree.getByText('40,000 elements').click();
  await tree.getByRole('treeitem').first().focus();
  for (let depth = 1; depth <= 90; depth++) {
    await page.keyboard.press('ArrowRight');
    await eventually(() => tree.getByRole('treeitem').count(), depth + 2);
    await page.keyboard.press('ArrowDown');
  }
  await eventually(() => page.evaluate(() => document.activeElement?.tagName), 'IFRAME');
  await tree.locator('[role="treeitem"]:focus .value').getByText('1', { exact: true }).waitFor();
  await picture('deep');
  await page.keyboard.press('Escape');
});

step('parameters of each type: what has no value is asked for, a wrong one refused, the last ones are kept', async () => {
  await run('asks.kql', 2);
  await asks('Parameter l');
  await input().fill('many');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible .quick-input-message').filter({ hasText: 'parameter "l" is a long' }).waitFor();
  await picture('asked');
  await input().fill('7');
  await page.keyboard.press('Enter');
  await asks('Parameter s');
  await input().fill('it\'s "s"');
  await page.keyboard.press('Enter');
  await editor.cell(0, 0).getByText('it\'s "s"').waitFor();
  await picture('parameters');
  const field = (name) => editor.results.getByRole('group', { name: 'Parameters of the query' }).getByLabel(name, { exact: true });
  const given = { b: ['false', 'perhaps', 'no'], i: ['-5', '1.5', '-5'], l: ['8', 'x', '8'], r: ['2.25', 'x', '2.25'], d: ['2025-05-06', 'someday', '2025-05-06T00:00:00.0000000Z'], t: ['2d', 'long', '2.00:00:00'], g: ['00000000-0000-0000-0000-000000000001', 'x', '00000000-0000-0000-0000-000000000001'], m: ['0.1', 'x', '0.1'], s: ['Ünï', undefined, 'Ünï'], j: ['[1, 2]', '{', '[1,2]'] };
  for (const [index, [name, [good, bad, shown]]] of Object.entries(given).entries()) {
    if (bad !== undefined) {
      await field(name).fill(bad);
      await page.keyboard.press('Enter');
      await editor.results.getByRole('alert').getByText(new RegExp(`parameter "${name}" is an? \\w+`, 'i')).waitFor();
      await editor.results.getByRole('tab', { name: /^print Values/ }).waitFor();
      await picture(`refused-${name}`);
    }
    await field(name).fill(good);
    await page.keyboard.press('Enter');
    await eventually(async () => (await editor.cell(0, 0).innerText()).split('; ')[index], shown);
  }
  await editor.open();
  await run('asks.kql', 2);
  await editor.cell(0, 0).waitFor();
  await eventually(async () => Promise.all(Object.keys(given).map((name) => field(name).inputValue())), Object.values(given).map(([good]) => good));
  await picture('parameters-kept');
});

step('a value runs what the tab ran, below lines that came above it', async () => {
  await run('moved.kql', 2);
  await editor.cell(0, 0).getByText('42', { exact: true }).waitFor();
  await editor.caret(1, 1);
  await eventually(async () => {
    await page.keyboard.press('Enter');
    return page.locator('.view-line').count();
  }, (lines) => lines >= 5);
  await editor.caret(1, 1);
  await page.keyboard.type('print Other = 1');
  await editor.results.getByRole('group', { name: 'Parameters of the query' }).getByLabel('n', { exact: true }).fill('3');
  await page.keyboard.press('Enter');
  await editor.cell(0, 0).getByText('63', { exact: true }).waitFor();
  await editor.command('File: Revert File');
});

const table = (TableId, TableKind, TableName, Columns, Rows) => ({ FrameType: 'DataTable', TableId, TableKind, TableName, Columns: Columns.map(([ColumnName, ColumnType]) => ({ ColumnName, ColumnType })), Rows });

/** What the cluster answers to the query. */
function answer(tables, errors) {
  const end = { FrameType: 'DataSetCompletion', HasErrors: errors !== undefined, Cancelled: false, ...(errors === undefined ? {} : { OneApiErrors: errors }) };
  const frames = [{ FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' }, ...tables, end];
  cluster.behaviour = { when: /take 3/, status: 200, headers: { 'content-type': 'application/json' }, body: `[${frames.map((frame) => JSON.stringify(frame)).join('\n,')}\n]` };
}

step('what a cluster says of its work stands below the rows', async () => {
  await editor.file('cluster.kql');
  await editor.command('Calypso: Add Connection');
  await input().fill(cluster.address);
  await page.keyboard.press('Enter');
  await page.locator('.statusbar-item').filter({ hasText: cluster.host }).waitFor();
  const usage = {
    resource_usage: { cpu: { 'total cpu': '00:00:01.5000000' }, memory: { peak_per_node: 3 << 20 }, cache: { shards: { hot: { hitbytes: 750, missbytes: 250 }, cold: {} } } },
    input_dataset_statistics: { extents: { total: 12, scanned: 3 }, rows: { total: 100_000, scanned: 59_066 } },
  };
  answer([
    table(1, 'PrimaryResult', 'PrimaryResult', [['n', 'long']], [[1]]),
    table(2, 'QueryCompletionInformation', 'QueryCompletionInformation', [['EventTypeName', 'string'], ['Payload', 'string']], [['QueryResourceConsumption', JSON.stringify(usage)]]),
  ]);
  await page.keyboard.press('F5');
  const foot = editor.results.locator('.foot');
  for (const text of ['1 row', 'CPU 1.50 s', 'Memory 3.0 MB', 'Cache 75%', 'Extents 3 of 12', '59,066 scanned']) {
    await foot.getByText(text, { exact: true }).waitFor();
  }
  await picture('statistics');
});

step('rows, and then an error: both are seen', async () => {
  answer([table(1, 'PrimaryResult', 'PrimaryResult', [['n', 'long']], [[1], [2]])], [{ error: { code: 'LimitsExceeded', message: 'Request is invalid and cannot be executed.', '@type': 'Kusto.Data.Exceptions.KustoServicePartialQueryFailureLimitsExceededException', '@message': 'Query execution has exceeded the allowed limits (80DA0003)', '@permanent': false } }]);
  await editor.file('cluster.kql');
  await page.keyboard.press('F5');
  await editor.results.getByRole('alert').getByText(/limit/i).first().waitFor();
  await editor.results.getByText('2 rows', { exact: true }).waitFor();
  await editor.cell(1, 0).getByText('2', { exact: true }).waitFor();
  await picture('partial');
});

step('a query that runs: the seconds tick; Stop reaches the cluster', async () => {
  let release;
  cluster.behaviour = { when: /take 3/, until: new Promise((resolve) => (release = resolve)) };
  await editor.file('cluster.kql');
  await page.keyboard.press('F5');
  const seconds = () => editor.results.locator('.seconds').innerText();
  const first = await eventually(seconds, /^\d+\.\d s/);
  await eventually(seconds, (now) => parseFloat(now) > parseFloat(first));
  await picture('running');
  cluster.asked.length = 0;
  await editor.results.getByRole('button', { name: 'Stop the query' }).click();
  await editor.results.getByText(/^The query was stopped after/).waitFor();
  await eventually(() => cluster.asked.some((text) => text.startsWith('.cancel query')), true);
  await picture('stopped');
  release();
  cluster.behaviour = undefined;
});

step('an error says what is wrong in the words of the query', async () => {
  await run('fails.kql');
  await editor.results.getByRole('alert').getByText('assert() has failed: too big').waitFor();
  await picture('fails');
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
