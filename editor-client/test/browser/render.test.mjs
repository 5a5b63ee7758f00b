// A query with render in the real editor: its chart is drawn, changed, copied as text, saved to files and found again; and a query
// leaves as a link.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';

const weekly = `StormEvents
| where EventType in ("Hail", "Flood", "Tornado", "High Wind")
| summarize Events = count() by EventType, bin(StartTime, 7d)
`;
const linked = 'Storms\n| where State == "CÔTE D\'OR" and Wind > 10 + 5\n| count';

const files = {
  'weekly.kql': `${weekly}| render timechart with (title="Storms a week")\n`,
  'none.kql': 'StormEvents\n| take 0\n| summarize n = count() by bin(StartTime, 1d)\n| render timechart\n',
  'plain.kql': weekly,
  'linked.kql': `#connect cluster('storms.kusto.windows.net').database('Weather')\n${linked}\n`,
};

let editor;
let page;

before(async () => {
  editor = await Editor.start({
    name: 'render',
    files,
    userSettings: { 'workbench.colorTheme': 'Default Dark Modern' },
    // Nothing answers there: a cluster's address is enough for a link.
    env: { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' },
  });
  page = editor.page;
}, { timeout: 300_000 });
after(() => editor?.close());

const step = stepsOf(() => editor);
const toast = (text) => page.locator('.notification-toast').filter({ hasText: text }).first();
const tool = (name) => editor.results.getByRole('toolbar', { name: 'Chart' }).getByRole('button', { name, exact: true });
const kind = () => editor.results.locator('select#chart-kind');
const chart = (words) => editor.results.getByRole('img', { name: words });
const canvas = () => editor.results.locator('.chart-picture canvas').first();
const chartButton = () => editor.results.getByRole('button', { name: 'Show chart', exact: true });

/** What is painted, as text that changes with it. */
const painted = () => canvas().evaluate((of) => of.toDataURL());
/** The colour of the ground, and how many points have another. */
const pixels = () => canvas().evaluate((of) => {
  const points = new Uint32Array(of.getContext('2d').getImageData(0, 0, of.width, of.height).data.buffer);
  return { ground: points[0], others: points.filter((point) => point !== points[0]).length, colours: new Set(points).size };
});

// A folder for pictures of the screens, to be looked at.
const pictures = process.env.CALYPSO_PICTURES;
const picture = async (name) => pictures !== undefined && page.screenshot({ path: path.join(pictures, `render-${name}.png`) });

/** Saves the picture by the editor's own dialog, into the workspace. */
async function save(format, name) {
  await tool(`Save as ${format}`).click();
  await editor.nameFile(`Storms a week.${format.toLowerCase()}`, path.join(editor.workspace, name));
  await editor.results.getByRole('status').filter({ hasText: name }).waitFor();
  return readFileSync(path.join(editor.workspace, name));
}

step('F5 on a query with render: the panel opens on its chart, and something is painted', async () => {
  await editor.file('weekly.kql');
  await editor.ready();
  await editor.caret(2);
  await page.keyboard.press('F5');
  await chart(/^Time chart “Storms a week” over StartTime from 2007-01-01 to 2007-12-31, 4 series/).waitFor();
  await eventually(() => chartButton().getAttribute('aria-pressed'), 'true');
  await editor.results.getByRole('grid').waitFor({ state: 'hidden' });
  await eventually(pixels, ({ others, colours }) => others > 2000 && colours > 8);
  await picture('dark');
});

step('nothing to draw: the chart says so, and nothing else in its place', async () => {
  await editor.file('none.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.results.getByText('No chart: there are no rows to draw.').waitFor();
  await editor.results.getByText('The query gave no rows.').waitFor({ state: 'hidden' });
  await chartButton().click();
  await editor.results.getByText('The query gave no rows.').waitFor();
  await editor.file('weekly.kql');
  await editor.caret(2);
  await page.keyboard.press('F5');
  await chart(/^Time chart “Storms a week”/).waitFor();
});

step('a series is switched off and on by keyboard', async () => {
  const key = editor.results.getByRole('group', { name: 'Series shown' }).getByRole('button', { name: 'Hail' });
  await key.focus(); // the keys of the series come into sight, and the picture makes room
  const fits = () => canvas().evaluate((of) => of.clientHeight === of.closest('.chart-picture').clientHeight);
  await eventually(async () => (await fits()) && (await pixels()).others > 2000, true);
  const whole = await painted();
  await key.press('Space');
  await eventually(() => key.getAttribute('aria-pressed'), 'false');
  await eventually(painted, (now) => now !== whole);
  await picture('series');
  await key.press('Enter');
  await eventually(() => key.getAttribute('aria-pressed'), 'true');
  await eventually(painted, (now) => now === whole);
});

step('the toolbar makes a column chart of it; rows and back again, it still is one', async () => {
  await kind().selectOption('columnchart');
  await chart(/^Column chart “Storms a week”/).waitFor();
  await chartButton().click();
  await editor.cell(0, 0).waitFor();
  await canvas().waitFor({ state: 'hidden' });
  await chartButton().click();
  await chart(/^Column chart “Storms a week”/).waitFor();
  await eventually(pixels, ({ others }) => others > 2000);
  await picture('columns');
});

step('copied as render and put below a query: the same chart', async () => {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await tool('Copy as render').click();
  await editor.clipboard('| render columnchart with (title="Storms a week")');
  await editor.command('Calypso: Clear Results');
  await editor.results.getByText('No results yet').waitFor();
  await editor.file('plain.kql');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+v');
  await page.locator('.view-line').filter({ hasText: /render.columnchart/ }).waitFor();
  await page.keyboard.press('Control+s');
  await page.locator('.tab.active:not(.dirty)').filter({ hasText: 'plain.kql' }).waitFor();
  await page.keyboard.press('F5');
  await chart(/^Column chart “Storms a week”/).waitFor();
  await eventually(() => kind().inputValue(), 'columnchart');
});

step('PNG and SVG by the save dialog, read back', async () => {
  const png = await save('PNG', 'storms.png');
  assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  assert.ok(png.length > 5000 && png.readUInt32BE(16) > 400 && png.readUInt32BE(20) > 100, `${png.length} bytes, ${png.readUInt32BE(16)} × ${png.readUInt32BE(20)}`);
  const svg = (await save('SVG', 'storms.svg')).toString();
  const { root, texts } = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { root: parsed.documentElement.localName, texts: [...parsed.querySelectorAll('text')].map((one) => one.textContent) };
  }, svg);
  assert.equal(root, 'svg');
  assert.ok(texts.includes('Storms a week') && texts.includes('Hail'), texts.join());
  assert.ok(texts.filter((text) => /^[\d,]+$/.test(text)).length > 1, `the panel is low, and leaves room for the columns: ${texts.join()}`);
  await picture('saved');
  await kind().selectOption('timechart');
  await chart(/^Time chart/).waitFor();
  const times = (await save('SVG', 'times.svg')).toString();
  assert.ok(['2007', 'Mar', 'Sep'].every((text) => times.includes(`>${text}</text>`)), `its axis tells the time: ${times.match(/[^>]+(?=<\/text>)/g)}`);
  await kind().selectOption('columnchart');
  await chart(/^Column chart/).waitFor();
});

step('a save that is dismissed writes nothing and says nothing', async () => {
  const before = await editor.results.locator('.chart-notes').innerText();
  await tool('Save as PNG').click();
  await editor.proposed('Storms a week.png');
  await page.keyboard.press('Escape');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  assert.equal(await editor.results.locator('.chart-notes').innerText(), before);
  assert.equal(await page.locator('.notification-toast').count(), 0);
});

step('saving begins at the first click and at the first key, each time, also out of the document', async () => {
  const input = page.locator('.quick-input-widget:visible input').first();
  for (let n = 0; n < 8; n++) {
    const format = n % 2 === 0 ? 'PNG' : 'SVG';
    await page.locator('.editor-instance .view-line').first().click();
    await editor.focused();
    if (n < 4) {
      await tool(`Save as ${format}`).click();
    } else {
      await tool(`Save as ${format}`).focus();
      await page.keyboard.press('Enter');
    }
    await editor.proposed(`Storms a week.${format.toLowerCase()}`);
    await eventually(() => input.evaluate((box) => box === document.activeElement), true, 'the dialog has the keyboard');
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }
});

step('another theme: drawn anew in its colours, the kind kept', async () => {
  const { ground } = await pixels();
  await editor.command('Preferences: Toggle between Light/Dark Themes');
  await eventually(pixels, (now) => now.ground !== ground && now.others > 2000);
  await chart(/^Column chart/).waitFor();
  await picture('light');
  await editor.command('Preferences: Toggle between Light/Dark Themes');
  await eventually(pixels, (now) => (now.ground & 0xff) < 60 && now.others > 2000); // the dark one that goes with it
});

step('a link to the query holds its cluster, database and text', async () => {
  await editor.file('linked.kql');
  await editor.caret(3);
  await editor.command('Calypso: Copy Link to Query');
  await toast('The link to the query is on the clipboard').waitFor();
  const link = new URL(await editor.clipboard(/^https:/));
  assert.equal(link.origin + link.pathname, 'https://dataexplorer.azure.com/clusters/storms/databases/Weather');
  assert.equal(gunzipSync(Buffer.from(link.searchParams.get('query'), 'base64')).toString(), linked);
  await picture('link');
  await editor.command('Notifications: Clear All Notifications');
});

step("the cluster's page is opened only when the editor's own question is answered", async () => {
  await editor.command('Calypso: Open in Azure Data Explorer');
  const question = page.locator('.monaco-dialog-box').filter({ hasText: 'dataexplorer.azure.com/clusters/storms/databases/Weather' });
  await question.waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
});

step('of the embedded engine there is no link, and it says so', async () => {
  await editor.file('weekly.kql');
  await editor.command('Calypso: Copy Link to Query');
  await toast(/The embedded engine has no web page.*copy the query's text/i).waitFor();
  await picture('refused');
  await editor.command('Notifications: Clear All Notifications');
});

step('after a reload of the window the rows are there, and the next run is drawn', async () => {
  await chartButton().click(); // rows in front: what was chosen for one result mustn't count for the next
  await editor.cell(0, 0).waitFor();
  await editor.open();
  await editor.file('weekly.kql');
  await editor.ready();
  await picture('reloaded');
  await editor.results.getByText(/^Kept result from /).waitFor();
  await editor.caret(2);
  await page.keyboard.press('F5');
  await editor.results.getByText(/^Kept result from /).waitFor({ state: 'detached' });
  await chart(/^Time chart “Storms a week”/).waitFor();
  await eventually(pixels, ({ others }) => others > 2000);
});

step('all along: no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
