// Pictures of kinds of charts: each kind drawn in a plain page, as in the Results view, and four laid beside one another.
import { kinds } from './chart-kinds.mjs';
import { openChartPage, startServer } from './chart-page.mjs';
import { launch } from './chromium.mjs';
import { dark, light } from './themes.mjs';

export const kindsScreens = [
  { name: 'chart-kinds', title: 'kinds of charts', shows: 'Stacked columns, bars, a pie and a ladder', kinds: ['columnchart_stacked', 'barchart', 'piechart', 'ladderchart'] },
  { name: 'chart-kinds-time', title: 'charts over time', shows: 'Panels, two Y axes, areas stacked to 100 %, and lines on a logarithmic axis', kinds: ['timechart_panels', 'timechart_axes', 'stackedareachart', 'linechart_log'] },
  { name: 'chart-kinds-points', title: 'points, maps and pivots', shows: 'Points on logarithmic axes, points on a map, a tree map, and events over time', kinds: ['scatterchart', 'scatterchart_map', 'treemap', 'timepivot'] },
  { name: 'chart-kinds-words', title: 'charts without a picture', shows: 'A pivot table, cards, numbers below a chart, and a kind that is not drawn', kinds: ['pivotchart', 'card', 'areachart', 'refused'] },
];

const size = { width: 700, height: 360 };

export async function takeKinds({ program, home, theme, wanted, save }) {
  const server = await startServer(program, home);
  const browser = await launch();
  try {
    for (const screen of kindsScreens.filter(wanted)) {
      await save(screen, await sheet(browser, await Promise.all(screen.kinds.map((kind) => drawn(browser, server, kinds[kind], theme)))));
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

async function drawn(browser, server, query, theme) {
  const { page, show } = await openChartPage(browser, server, { theme: theme === 'dark' ? dark : light, kind: `vscode-${theme}`, ...size });
  await show(await server.view(query));
  await page.locator('.chart-picture > *').first().waitFor();
  const numbers = page.locator('.chart-data > summary');
  if (/areachart$/.test(query)) {
    await numbers.click();
    await page.getByRole('region', { name: 'Numbers of the chart' }).waitFor();
  }
  const picture = (await page.screenshot({ animations: 'disabled' })).toString('base64');
  await page.context().close();
  return picture;
}

async function sheet(browser, pictures) {
  const page = await browser.newPage({ viewport: { width: 2 * size.width + 8, height: 2 * size.height + 8 } });
  const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture}">`);
  await page.setContent(`<body style="margin:0;display:grid;grid-template-columns:1fr 1fr;gap:8px;background:#808080">${images.join('')}</body>`);
  await page.locator('img').last().evaluate((image) => image.decode());
  return page.screenshot();
}
