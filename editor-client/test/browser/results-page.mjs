// The Results view in a plain page, under the content policy it has in VS Code, with fake-host.js in place of the extension.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { watch } from './chromium.mjs';
import { dark } from './themes.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const client = path.resolve(here, '../..');
const site = 'http://127.0.0.1:1';

const types = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/** Opens the page; returns it with what it did wrong. */
export async function openResults(browser, { theme = dark, kind = 'vscode-dark', width = 1000, height = 420 } = {}) {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const watched = watch(page, (host) => host === '127.0.0.1');
  await page.addInitScript({ path: path.join(here, 'fake-host.js') });
  await page.route(`${site}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      await route.fulfill({ contentType: 'text/html', body: html(theme, kind) });
    } else if (pathname === '/theme.css') {
      await route.fulfill({ contentType: 'text/css', body: css(theme) });
    } else {
      await route.fulfill({ contentType: types[path.extname(pathname)], body: readFileSync(path.join(client, pathname)) });
    }
  });
  await page.goto(`${site}/`);
  await page.waitForFunction(() => window.host.posted.some((message) => message.type === 'ready'));
  return { page, ...watched };
}

function html(theme, kind) {
  const policy = `default-src 'none'; script-src 'nonce-n'; style-src ${site}; font-src ${site}; img-src ${site} data:`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/media/codicon.css"><link rel="stylesheet" href="/media/results.css">
<title>Results</title></head><body class="${kind}"><main id="results"></main><script nonce="n" src="/out/results.js"></script></body></html>`;
}

function css(theme) {
  const lines = Object.entries(theme).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${lines.join('\n')} } body { background: var(--vscode-editor-background); }`;
}
