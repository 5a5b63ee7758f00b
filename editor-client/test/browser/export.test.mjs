// Files of results in the real editor: each format read back, an export that is cancelled (and how soon nothing is left of it), a disk
// that is full, a file that may not be replaced.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';

const files = {
  'million.kql': `set notruncation;
range n from 1 to 1000000 step 1
| extend State = tostring(dynamic(["TEXAS", "KANSAS", "OHIO", "NEW YORK"])[n % 4]), At = datetime(2007-01-01) + n * 1s, Damage = n * 13.7 / 8,
    Even = n % 2 == 0, Span = n * 1ms, Text = strcat("event ", n), More = n * 7919, Small = toint(n % 100), Last = strcat("row ", n)
`,
  'endless.kql': 'set notruncation;\nrange n from 1 to 100000000000 step 1\n| extend State = iff(n % 2 == 0, "TEXAS", "OHIO"), At = datetime(2007-01-01) + n * 1ms\n',
  'wide.kql': 'set notruncation;\nrange n from 1 to 100000000000 step 1\n| extend Text = strrep("thirty characters of some text ", 1000)\n', // what fills a sheet takes minutes
  'few.kql': 'print Text = "=1+1", Digits = 9223372036854775807, Number = -5, At = datetime(2024-02-29 12:00), Json = dynamic({"a": [1, 2]})\n',
};

let editor;
let page;
let full;

before(async () => {
  editor = await Editor.start({ name: 'export', files, userSettings: { 'calypso.results.keep': false } }); // what is written in the back would be in the figures
  page = editor.page;
  mkdirSync(path.join(editor.workspace, 'out', 'folder.csv'), { recursive: true });
  writeFileSync(path.join(editor.workspace, 'out', 'kept.csv'), 'mine\n');
  chmodSync(path.join(editor.workspace, 'out', 'kept.csv'), 0o400);
}, { timeout: 300_000 });
after(async () => {
  if (full !== undefined) {
    execFileSync('umount', ['-l', full]);
  }
  await editor?.close();
});

const step = stepsOf(() => editor);
const toast = (text) => page.locator('.notification-toast').filter({ hasText: text }).first();
const out = (name) => path.join(editor.workspace, 'out', name);
const clear = () => editor.command('Notifications: Clear All Notifications');

/** Exports what is in front, or runs what a command names, in a format, to a file. */
async function save(format, file, command = 'Calypso: Export Results') {
  await editor.command(command);
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ has: page.getByText(format, { exact: true }) }).first().click();
  const input = page.locator('.quick-input-widget:visible input');
  await page.waitForFunction(() => [...document.querySelectorAll('.quick-input-widget input')].some((input) => /results\.\w+$/.test(input.value)));
  await input.fill(file);
  await page.waitForFunction((file) => [...document.querySelectorAll('.quick-input-widget input')].some((input) => input.value === file), file);
  // While it lists the folder that was typed, the dialog takes no OK: then once more.
  const ok = page.locator('.quick-input-widget:visible').getByText('OK', { exact: true });
  const asked = page.locator('.quick-input-widget:visible .quick-input-message').filter({ hasText: 'already exists' });
  await eventually(async () => {
    if ((await ok.count()) > 0 && (await asked.count()) === 0) {
      await ok.click({ timeout: 1000 }).catch(() => undefined);
    }
    return (await ok.count()) === 0 || (await asked.count()) > 0;
  }, true);
  if ((await asked.count()) > 0) {
    await page.locator('.quick-input-widget:visible').getByText('Yes', { exact: true }).click();
  }
}

step('each format, read back', async () => {
  await editor.file('few.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.cell(0, 0).waitFor();
  const wanted = {
    CSV: ['csv', /^Text,Digits,Number,At,Json\r\n=1\+1,9223372036854775807,-5,2024-02-29T12:00:00\.0000000Z,"{""a"":\[1,2\]}"\r\n$/],
    'CSV for Excel': ['excel.csv', /^\ufeffText,.*\r\n'=1\+1,'9223372036854775807,-5,/],
    TSV: ['tsv', /^Text\tDigits.*\n=1\+1\t9223372036854775807\t-5\t/],
    JSON: ['json', /"Digits":9223372036854775807,"Number":-5,.*"Json":{"a":\[1,2\]}/],
    'JSON lines': ['ndjson', /^{"Text":"=1\+1",.*}\n$/],
    Parquet: ['parquet', /^PAR1[^]*PAR1$/],
    Markdown: ['md', /^\| Text \|/],
    'KQL datatable': ['kql', /^datatable\(Text:string, Digits:long,/],
    'Excel workbook': ['xlsx', /^PK[^]*xl\/worksheets\/sheet1\.xml/],
  };
  for (const [format, [ending, form]] of Object.entries(wanted)) {
    await save(format, out(`few.${ending}`));
    await toast(`1 row, `).filter({ hasText: `few.${ending}` }).waitFor();
    await eventually(() => readFileSync(out(`few.${ending}`), ending === 'parquet' || ending === 'xlsx' ? 'latin1' : 'utf8'), form, format);
    await clear();
  }
});

step('where no file can be: it says which, why, and what to do', async () => {
  await save('CSV', out('kept.csv'));
  await toast(/[Cc]an't write .*kept\.csv: it is there already, and marked as read-only/).waitFor();
  assert.equal(readFileSync(out('kept.csv'), 'utf8'), 'mine\n');
  await clear();
});

step('a query without end is exported in each format, and cancelled: soon nothing is left', async () => {
  await page.evaluate(() => globalThis.addEventListener('click', () => (globalThis.clickedAt = Date.now()), true));
  const figures = {};
  for (const [format, ending] of [['CSV', 'csv'], ['JSON', 'json'], ['Markdown', 'md'], ['Parquet', 'parquet'], ['Excel workbook', 'xlsx']]) {
    const folder = path.join(editor.workspace, 'out');
    const before = readdirSync(folder);
    const left = () => readdirSync(folder).filter((name) => !before.includes(name)).join();
    await editor.file(ending === 'xlsx' ? 'wide.kql' : 'endless.kql');
    await save(format, out(`endless.${ending}`), 'Calypso: Run and Export to File');
    const notice = page.locator('.notification-toast').filter({ hasText: new RegExp(`exporting to endless\\.${ending}: [1-9]`) });
    const cancel = notice.getByRole('button', { name: 'Cancel' });
    await cancel.waitFor();
    await eventually(left, /^\.export-\w+\.part$/);
    let gone;
    const watcher = watch(folder, () => {
      if (gone === undefined && left() === '') {
        gone = Date.now();
      }
    });
    const began = Date.now();
    await cancel.click();
    await eventually(left, '');
    watcher.close();
    gone ??= Date.now();
    const clicked = await page.evaluate(() => globalThis.clickedAt);
    figures[`${ending}CancelMs`] = gone - clicked; // from when the editor saw the click
    figures[`${ending}ClickMs`] = clicked - began; // what the browser took to click
    await page.locator('.notification-toast').filter({ hasText: 'exporting to' }).waitFor({ state: 'detached' });
    assert.equal(left(), '');
    await clear();
  }
  console.log(`figures: ${JSON.stringify(figures)}`);
});

step('a million rows of ten columns to CSV: all lines are there; what it costs', async () => {
  await editor.file('million.kql');
  await page.keyboard.press('F5');
  await editor.results.getByText('1,000,000 rows').waitFor();
  const [server] = editor.serverProcesses();
  const used = () => readFileSync(`/proc/${server}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
  const memory = (line) => Math.round(Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server}/status`, 'utf8'))[1]) / 1024);
  try {
    writeFileSync(`/proc/${server}/clear_refs`, '5'); // the peak begins anew
  } catch {
    // Not everywhere: then that of before counts too.
  }
  const [seconds, before] = [used(), memory('VmRSS')];
  await save('CSV', out('million.csv'));
  await toast(/1,000,000 rows, .*million\.csv/).waitFor();
  const figures = { rows: 1_000_000, columns: 10, csvCpuSeconds: Number((used() - seconds).toFixed(2)), csvMemoryMB: memory('VmHWM') - before };
  const lines = readFileSync(out('million.csv'), 'utf8').split('\r\n');
  assert.deepEqual([lines.length, lines[0].split(',').length, lines[1_000_000].split(',')[0], lines[1_000_001]], [1_000_002, 10, '1000000', '']);
  console.log(`figures: ${JSON.stringify(figures)}`);
  await clear();
});

step('a disk that is full: nothing is left on it', async (t) => {
  const folder = path.join(editor.workspace, 'small');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    t.skip(`no small disk can be mounted here: ${String(error.stderr).trim()}`);
    return;
  }
  full = folder;
  await editor.results.getByText('1,000,000 rows').waitFor();
  for (const [format, ending] of [['CSV', 'csv'], ['Parquet', 'parquet'], ['Excel workbook', 'xlsx']]) {
    await save(format, path.join(folder, `million.${ending}`));
    await toast(new RegExp(`[Cc]an't write .*small/million\\.${ending}: no space left on device.*make room on that disk`)).waitFor();
    await eventually(() => readdirSync(folder), []);
    await clear();
  }
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
