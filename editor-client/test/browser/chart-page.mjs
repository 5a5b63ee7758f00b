// Charts in a plain page, under the content policy of the Results view, over the real server: its rows, its pictures.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Client } from '../../../scripts/bench/client.mjs';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { launch, lateness, slowDown, watch } from './chromium.mjs';
import { css, dark } from './themes.mjs';

const client = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const site = 'http://127.0.0.1:1';
const types = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/** The server, with a query's first view. */
export async function startServer(program, home) {
  const server = new Client(program, ['lsp'], { ...process.env, CODEX_HOME: home, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, XDG_DATA_HOME: home });
  await server.request('initialize', { processId: process.pid, rootUri: null, capabilities: { experimental: { kusto: { version: 1 } } } });
  server.notify('initialized', {});
  return {
    request: (method, params) => server.request(method, params),
    close: () => server.close(),
    async view(text) {
      const { results } = await server.request('kusto/query/run', { text });
      const { view } = await server.request('kusto/result/view', { result: results[0].result, table: 0 });
      return view;
    },
  };
}

/** Chromium and the server: there from before a file's tests until after them. */
export function pages() {
  const own = {};
  const home = temporary();
  before(async () => {
    own.browser = await launch();
    own.server = await startServer(process.env.CALYPSO_BINARY, home);
  });
  after(async () => {
    await own.browser?.close();
    await own.server?.close();
    remove(home);
  });
  return own;
}

// In place of the Results view: what it does to mount a chart.
const mount = `
import { loadChart } from './src/webview/chart/load';
const call = async (method, params) => {
  const answer = await window.server(method, params);
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.result;
};
Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => (window.copied = text) } });
window.open1 = async (view) => {
  window.chart?.dispose();
  const View = await loadChart();
  window.chart = new View({ chart: (p) => call('kusto/result/chart', p), image: (p) => call('kusto/result/image', p) }, document.getElementById('results'));
  await window.chart.show(view);
};`;

let script;

export async function openChartPage(browser, server, { theme = dark, kind = 'vscode-dark', width = 900, height = 460, context: also = {} } = {}) {
  script ??= (await build({ stdin: { contents: mount, resolveDir: client, loader: 'ts' }, bundle: true, format: 'iife', target: 'es2022', write: false, logLevel: 'silent' })).outputFiles[0].text;
  const page = await (await browser.newContext({ viewport: { width, height }, ...also })).newPage();
  page.setDefaultTimeout(60_000);
  await slowDown(page);
  const watched = watch(page, (host) => host === '127.0.0.1');
  const asked = [];
  const images = [];
  await page.exposeFunction('server', async (method, params) => {
    asked.push({ method, params });
    await lateness();
    if (method === 'kusto/result/image') {
      images.push(params); // where to is the server's question to the person; its own tests answer it
      return { result: { path: `/tmp/chart.${params.format}` } };
    }
    try {
      return { result: await server.request(method, params) };
    } catch (error) {
      return { error: error.message };
    }
  });
  await page.route(`${site}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      await route.fulfill({ contentType: 'text/html', body: html(kind) });
    } else if (pathname === '/theme.css') {
      await route.fulfill({ contentType: 'text/css', body: css(theme) });
    } else if (pathname === '/out/page.js') {
      await route.fulfill({ contentType: 'text/javascript', body: script });
    } else {
      await route.fulfill({ contentType: types[path.extname(pathname)], body: readFileSync(path.join(client, pathname)) });
    }
  });
  await page.goto(`${site}/`);
  return { page, asked, images, ...watched, show: (view) => page.evaluate((view) => window.open1(view), view) };
}

function html(kind) {
  const policy = `default-src 'none'; script-src 'nonce-n'; style-src ${site}; font-src ${site}; img-src ${site} data:`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/media/codicon.css"><link rel="stylesheet" href="/media/results.css">
<title>chart</title></head><body class="${kind}"><main id="results"></main><script nonce="n" src="/out/page.js"></script></body></html>`;
}
