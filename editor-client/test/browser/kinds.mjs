// One picture of four kinds of charts: each drawn in a plain page, as in the Results view, and laid beside the others.
import { kinds } from './chart-kinds.mjs';
import { openChartPage, startServer } from './chart-page.mjs';
import { launch } from './chromium.mjs';
import { dark, light } from './themes.mjs';

export const kindsScreen = { name: 'chart-kinds', title: 'kinds of charts', shows: 'Stacked columns, bars, a pie and a ladder' };

const shown = ['columnchart_stacked', 'barchart', 'piechart', 'ladderchart'];
const size = { width: 700, height: 360 };

export async function takeKinds({ program, home, theme, save }) {
  const server = await startServer(program, home);
  const browser = await launch();
  try {
    const pictures = [];
    for (const kind of shown) {
      const { page, show } = await openChartPage(browser, server, { theme: theme === 'dark' ? dark : light, kind: `vscode-${theme}`, ...size });
      await show(await server.view(kinds[kind]));
      await page.locator('.chart-picture canvas').waitFor();
      pictures.push((await page.screenshot({ animations: 'disabled' })).toString('base64'));
      await page.close();
    }
    const page = await browser.newPage({ viewport: { width: 2 * size.width + 8, height: 2 * size.height + 8 } });
    const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture}">`);
    await page.setContent(`<body style="margin:0;display:grid;grid-template-columns:1fr 1fr;gap:8px;background:#808080">${images.join('')}</body>`);
    await page.locator('img').last().evaluate((image) => image.decode());
    await save(kindsScreen, await page.screenshot());
  } finally {
    await browser.close();
    await server.close();
  }
}
