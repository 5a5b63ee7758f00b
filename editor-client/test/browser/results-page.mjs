// A view in a plain page, under the content policy it has in VS Code, with a script in place of the extension.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { slowDown, watch } from './chromium.mjs';
import { css, dark } from './themes.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const client = path.resolve(here, '../..');
const site = 'http://127.0.0.1:1';

const types = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/** Opens the Results view, before fake-host.js. */
export const openResults = (browser, options = {}) => openView(browser, { name: 'results', host: 'fake-host.js', ...options });

/** Opens the Chat view, before fake-chat.js. */
export const openChat = (browser, options = {}) => openView(browser, { name: 'chat', host: 'fake-chat.js', width: 360, height: 640, ...options });

/** Opens the page; returns it with what it did wrong. */
async function openView(browser, { name, host, theme = dark, kind = 'vscode-dark', width = 1000, height = 420, context: also = {} } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, ...also });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await slowDown(page);
  const watched = watch(page, (host) => host === '127.0.0.1');
  await page.addInitScript({ path: path.join(here, host) });
  await page.route(`${site}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      await route.fulfill({ contentType: 'text/html', body: html(name, kind) });
    } else if (pathname === '/theme.css') {
      await route.fulfill({ contentType: 'text/css', body: css(theme, name === 'chat' ? 'sideBar-background' : 'panel-background') });
    } else {
      await route.fulfill({ contentType: types[path.extname(pathname)], body: readFileSync(path.join(client, pathname)) });
    }
  });
  await page.goto(`${site}/`);
  await page.waitForFunction(() => window.host.posted.length > 0);
  return { page, ...watched };
}

function html(name, kind) {
  const policy = `default-src 'none'; script-src 'nonce-n'; style-src ${site}; font-src ${site}; img-src ${site} data:`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/media/codicon.css"><link rel="stylesheet" href="/media/${name}.css">
<title>${name}</title></head><body class="${kind}"><main id="${name}"></main><script nonce="n" src="/out/${name}.js"></script></body></html>`;
}
