// Charts in a real Chromium under the view's content policy, over the real server: every kind is drawn, changed, zoomed, saved.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { kinds } from './chart-kinds.mjs';
import { openChartPage, pages } from './chart-page.mjs';
import { eventually } from './eventually.mjs';
import { light } from './themes.mjs';

const own = pages();
let opened;
let page;

beforeEach(async () => {
  opened = await openChartPage(own.browser, own.server);
  page = opened.page;
});
afterEach(async () => {
  assert.deepEqual(opened.faults, []);
  assert.deepEqual(opened.messages.filter((message) => /^(thrown|error)/.test(message)), []);
  await page.context().close();
});

const draw = async (text) => {
  const view = await own.server.view(text);
  await opened.show(view);
  return view;
};
const picture = () => page.locator('.chart-picture');
const words = () => picture().getAttribute('aria-label');
const asked = (method) => opened.asked.filter((one) => one.method === method).map((one) => one.params);
/** What is painted, as text that changes with it. */
const painted = () => picture().locator('canvas').first().evaluate((canvas) => canvas.toDataURL());
const becomes = (look, before) => eventually(look, (now) => now !== before);
/** Does what makes the server answer with new controls, and waits for them. */
const refilled = async (action) => {
  await page.locator('.chart-controls > :first-child').evaluate((old) => (old.dataset.old = 'yes'));
  await action();
  await page.locator('.chart-controls > :first-child:not([data-old])').waitFor();
};
/** How many different colours there are in the picture. */
const colours = () =>
  picture().locator('canvas').first().evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
const tool = (name) => page.getByRole('toolbar', { name: 'Chart' }).getByRole('button', { name, exact: true });

/** What each picture says of itself. */
const said = {
  timechart: /^Time chart “Storms a week” over StartTime .* 4 series: High Wind from 1 to 96,/,
  timechart_panels: /^Time chart .* 2 series: Events from 102 to 1,954, Damage from/,
  timechart_axes: /^Time chart .* 2 series: Events from 102 to 1,954, Damage from/,
  linechart: /^Line chart over x from 0 to 12, 2 series: sine from -0\.99/,
  linechart_log: /^Line chart “Growth” over x from 1 to 60, .* to 32,768/,
  areachart: /^Area chart over StartTime from 2007-01-01 to 2007-12-31, 1 series/,
  areachart_stacked: /^Area chart .* 3 series: Hail/,
  stackedareachart: /^Stacked area chart .* Hail from 57\.0\d+ to 82\.2/,
  barchart: /^Bar chart over State: 8 values, 1 series: n from 1,911 to 4,236/,
  columnchart: /^Column chart over State: 8 values, 2 series: Events .*, Injuries/,
  columnchart_stacked: /^Column chart over StartTime .* 3 series: Hail/,
  columnchart_stacked100: /^Column chart over State: 4 values, 3 series: Flood from 7\.4/,
  piechart: /^Pie chart “Kinds of storms” of n: 7 parts, the largest Thunderstorm Wind with 14,803/,
  scatterchart: /^Scatter chart over x from 1 to 14, 27 series/,
  scatterchart_map: /^Scatter chart over BeginLon from -1\d\d\.\d+ to -\d+.*, 2 series/,
  anomalychart: /^Anomaly chart .* n from 27 to 383, unusual from 336 to 383/,
  treemap: /^Treemap of n: 4 parts, the largest TEXAS with 4,236/,
  ladderchart: /^Ladder chart: 12 bars from 2007-/,
  timepivot: /^Time pivot over StartTime .* 4 series/,
  pivotchart: /^Pivot table: 55 rows of State/,
  card: /^Card “Storms” of 3 values/,
  refused: /plotly draws with a library of its own/,
};

for (const [name, text] of Object.entries(kinds)) {
  test(`drawn: ${name}`, async () => {
    await draw(text);
    const form = await page.evaluate(() => (document.querySelector('.chart-picture canvas') === null ? 'words' : 'paint'));
    if (form === 'paint') {
      await eventually(colours, (count) => count > 4, 'there is something in the picture');
      await page.locator('.chart-picture[role="img"]').waitFor();
    } else {
      await eventually(() => picture().innerText(), name === 'refused' ? /No chart: plotly draws with a library of its own/ : /\d/);
    }
    await eventually(words, said[name]);
  });
}

test('the kind and the columns are changed, and remembered with the result', async () => {
  const view = await draw(kinds.timechart);
  await eventually(words, /^Time chart “Storms a week” over StartTime from 2007-01-01 to 2007-12-31, 4 series/);
  const select = page.getByLabel('Chart', { exact: true }).and(page.locator('select'));
  await select.focus();
  await refilled(() => select.selectOption('columnchart'));
  await eventually(words, /^Column chart/);
  await page.locator('#chart-kind:focus').waitFor(); // the focus stays
  await refilled(() => page.getByLabel('Stacking').selectOption('stacked'));
  await tool('Log Y').click();
  await page.locator('#chart-ylog[aria-pressed="true"]').waitFor();
  await opened.show(view);
  await eventually(words, /^Column chart/);
  await tool('Copy as render').click();
  await eventually(() => page.evaluate(() => window.copied), '| render columnchart with (title="Storms a week", kind=stacked, yaxis=log)');
});

test('several columns of y: chosen by keyboard, sent when the list is left', async () => {
  await draw(kinds.columnchart);
  await page.locator('#chart-y').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'Injuries' }).uncheck();
  await page.keyboard.press('Escape');
  await page.locator('#chart-y', { hasText: 'Y: Events' }).and(page.locator(':not(:has-text("Injuries"))')).waitFor();
  await eventually(() => asked('kusto/result/chart').at(-1).change, { control: 'y', value: ['Events'] });
});

test('a kind that fits no column says so, and another is chosen from there', async () => {
  await draw('StormEvents | summarize n = count() by State | take 5 | render timechart');
  await page.getByText('No chart: a timechart needs a column of datetimes, and the result has none.').waitFor();
  await page.getByLabel('Chart', { exact: true }).and(page.locator('select')).selectOption('barchart');
  await picture().locator('canvas').first().waitFor();
});

test('a series is switched off by keyboard', async () => {
  await draw(kinds.timechart);
  const before = await painted();
  const hail = page.getByRole('group', { name: 'Series shown' }).getByRole('button', { name: 'Hail' });
  await hail.focus();
  await page.keyboard.press('Space');
  await page.locator('.chart-keys [aria-pressed="false"]').waitFor();
  await becomes(painted, before);
});

test('zoom by keyboard asks for more of a thinned part; the button shows all again', async () => {
  await draw('range i from 0 to 99999 step 1 | extend y = i % 977 | render linechart');
  const before = await painted();
  await picture().focus();
  await page.keyboard.press('+');
  await becomes(painted, before);
  const range = () => asked('kusto/result/chart').at(-1).range;
  await eventually(range, (now) => now?.low > 20_000 && now.high < 80_000);
  await tool('Show all of X again').click();
  await eventually(async () => (await painted()) === before, true);
});

test('a click counts though the chart is asked for anew while the button is down', async () => {
  await draw(kinds.piechart);
  const { x, y, width, height } = await tool('Save as PNG').boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  const view = await own.server.view(kinds.piechart);
  await refilled(() => page.evaluate((view) => window.chart.show(view), view));
  await page.mouse.up();
  await page.getByText('Saved to /tmp/chart.png.').waitFor();
});

test('PNG and SVG are whole pictures', async () => {
  await draw(kinds.piechart);
  await tool('Save as PNG').click();
  await page.getByText('Saved to /tmp/chart.png.').waitFor();
  await tool('Save as SVG').click();
  await page.getByText('Saved to /tmp/chart.svg.').waitFor();
  const [png, svg] = opened.images;
  const bytes = Buffer.from(png.data, 'base64');
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  assert.ok(bytes.length > 5000 && bytes.readUInt32BE(16) > 1500, `${bytes.readUInt32BE(16)} pixels wide`);
  assert.match(svg.data, /^<svg [^]*Kinds of storms[^]*<\/svg>$/);
  assert.doesNotMatch(svg.data, /<script|https?:\/\/(?!www\.w3\.org)/);
});

test('another theme: other colours; high contrast: patterns', async () => {
  await draw(kinds.columnchart);
  const corner = () => picture().locator('canvas').first().evaluate((canvas) => canvas.getContext('2d').getImageData(2, 2, 1, 1).data.join());
  await eventually(corner, '31,31,31,255');
  await page.evaluate((theme) => {
    for (const [name, value] of Object.entries(theme)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.className = 'vscode-light';
  }, light);
  await eventually(corner, '255,255,255,255');
  const before = await colours();
  await page.evaluate(() => (document.body.className = 'vscode-high-contrast-light'));
  await becomes(colours, before);
});

test('names are text: nothing out of a result becomes markup or style', async () => {
  await draw('print name = "<img src=x onerror=alert(1)>{a|b}", n = 3 | union (print name = "b", n = 4) | project name, n | render columnchart with (title="<b>{x|y}</b>")');
  const box = await picture().boundingBox();
  for (let at = 0.1; at < 1; at += 0.1) {
    await page.mouse.move(box.x + box.width * at, box.y + box.height * 0.6);
  }
  await page.getByText('Numbers', { exact: true }).click();
  await page.getByRole('cell', { name: '<img src=x onerror=alert(1)>{a|b}' }).waitFor();
  assert.equal(await page.locator('.chart-view img').count(), 0);
});

test('figures: from the question to the picture', { timeout: 300_000 }, async () => {
  for (const rows of [1000, 100_000]) {
    const view = await own.server.view(`range i from 1 to ${rows} step 1 | extend a = i % 97, b = i % 89, c = i % 83 | render linechart`);
    await opened.show(view); // the script of the charts is loaded once
    const ms = await page.evaluate(async (view) => {
      const start = performance.now();
      await window.chart.show(view);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return performance.now() - start;
    }, view);
    console.log(`      ${(3 * rows).toLocaleString('en')} points in three series: ${ms.toFixed(0)} ms`);
  }
});
