// Our views where room is little, letters are odd and motion isn't wanted: nothing lies over something else or is cut off where nothing
// scrolls, nothing moves, forced colours leave what they carry; and what a screen reader says of what happens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from './chart-kinds.mjs';
import { openChartPage, pages } from './chart-page.mjs';
import { eventually } from './eventually.mjs';
import { unseen, unseenNow } from './focus.mjs';
import { openChat, openResults } from './results-page.mjs';
import { asked, failure, inEach, talk, tell } from './states.mjs';
import { contrast, dark, themes } from './themes.mjs';

const own = pages();

/** In the page: controls out of reach, controls that lie over one another, texts cut without a sign, a page that is too wide. */
function misfits() {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 1;
  const scrolls = (node) => node !== null && (/auto|scroll/.test(getComputedStyle(node).overflow) || scrolls(node.parentElement));
  const words = (node) => `${node.className || node.tagName} "${(node.getAttribute('aria-label') ?? node.textContent).slice(0, 40)}"`;
  const controls = [...document.querySelectorAll('button, input, select, textarea, summary')].filter(shown);
  const boxes = controls.map((node) => ({ node, box: node.getBoundingClientRect() }));
  const out = boxes.filter(({ node, box }) => !scrolls(node.parentElement) && (box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1));
  // What floats lies over others: menus, lists of choices, what is beside the rows.
  const floats = '.menu, .chart-choices, .popup, .detail, .grid, .chart-keys';
  const over = boxes.flatMap(({ node, box }, index) => boxes.slice(index + 1).filter((other) => {
    const [wide, high] = [Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left), Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)];
    return wide > 2 && high > 2 && !node.contains(other.node) && !other.node.contains(node) && !node.closest(floats) && !other.node.closest(floats) && !scrolls(node.parentElement) && !scrolls(other.node.parentElement);
  }).map((other) => `${words(node)} and ${words(other.node)} lie over one another`));
  // A text ends inside of what clips it, or that scrolls or has an ellipsis.
  const clips = (node) => (node === null || getComputedStyle(node).overflowX !== 'visible' ? node : clips(node.parentElement));
  const within = (node) => node.checkVisibility({ visibilityProperty: true }) && node.closest('.voice, script, style, canvas, option, .chart-keys:not(:focus-within)') === null;
  const texts = [...document.querySelectorAll('body *')].filter(within).flatMap((node) => [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE && child.data.trim() !== '').map((text) => ({ node, text })));
  const cut = texts.filter(({ node, text }) => {
    const clip = clips(node) ?? document.body;
    const { overflowX, textOverflow } = getComputedStyle(clip);
    const range = document.createRange();
    range.selectNodeContents(text);
    const [ends, edge] = [range.getBoundingClientRect().right, Math.min(scrolls(node) ? Infinity : innerWidth, clip.getBoundingClientRect().right)];
    return overflowX === 'hidden' && textOverflow !== 'ellipsis' && ends > edge + 1;
  }).map(({ node }) => node);
  const tight = [...document.querySelectorAll('*')].filter((node) => shown(node) && scrolls(node) && !scrolls(node.parentElement) && node.scrollWidth > node.clientWidth && node.clientWidth < 80);
  const wide = document.documentElement.scrollWidth > innerWidth ? [`the page is ${document.documentElement.scrollWidth} pixels wide`] : [];
  return [...out.map(({ node }) => `${words(node)} is out of reach`), ...over, ...cut.map((node) => `${words(node)} is cut`), ...tight.map((node) => `${words(node)} has no room`), ...wide];
}

const fits = async (options, wanted) => {
  const faults = [];
  await inEach(own.browser, { theme: dark, kind: 'vscode-dark', server: own.server, ...options }, async (page, state) => {
    if (process.env.CALYPSO_PICTURES !== undefined) {
      await page.screenshot({ path: `${process.env.CALYPSO_PICTURES}/${options.width}x${options.height}-${state.replace(/\W+/g, '-')}.png` });
    }
    await eventually(() => page.evaluate(misfits), []).catch(async () => faults.push(...(await page.evaluate(misfits)).map((fault) => `${state}: ${fault}`)));
  }, wanted);
  assert.deepEqual(faults, []);
};
const named = (...names) => ({ name }) => names.includes(name);

// A page at 200 % has half as many of its own pixels each way.
test('at 200 % every state of the panel is in reach', { timeout: 600_000 }, () => fits({ width: 500, height: 260 }, named('results', 'charts')));
test('in a panel 320 pixels wide', { timeout: 600_000 }, () => fits({ width: 320, height: 420 }, named('results', 'charts', 'outputs')));
test('in a panel 200 pixels high', { timeout: 600_000 }, () => fits({ width: 900, height: 200 }, named('results', 'charts')));
test('the longest menu is all in sight in a low panel', async () => {
  const { page } = await openResults(own.browser, { width: 900, height: 230 });
  await page.evaluate(() => {
    window.host.menu = Array.from({ length: 14 }, (_, n) => ({ action: 'none', label: `Copy Values as in List ${n}`, keys: 'Shift+Alt+→' }));
    window.host.run(window.host.table());
  });
  await page.getByRole('columnheader').nth(6).click({ button: 'right' });
  await page.getByRole('menu').waitFor();
  const out = () => page.getByRole('menu').locator('button').evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().bottom > innerHeight || one.getBoundingClientRect().right > innerWidth).length);
  await eventually(out, 0);
  await page.context().close();
});
test('in a side bar 240 pixels wide', { timeout: 600_000 }, () => fits({ width: 240, height: 400 }, named('chat')));

const word = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(40);
const right = 'שלום עולם, مرحبا! (1)';
const long = `${word} ${right}`;

test('long words and texts from right to left stay where they belong: cells, tabs, errors, parameters, statistics', async () => {
  for (const size of [{ width: 320, height: 420 }, { width: 1000, height: 420 }]) {
    const { page } = await openResults(own.browser, size);
    const look = async (name) => {
      await eventually(() => page.evaluate(misfits), [], `${name} at ${size.width}`);
      if (process.env.CALYPSO_PICTURES !== undefined) {
        await page.screenshot({ path: `${process.env.CALYPSO_PICTURES}/long-${size.width}-${name}.png` });
      }
    };
    await page.evaluate(([long, right]) => {
      Object.assign(window.host, { odd: [long, right], columns: window.host.columns.map(({ type }, n) => ({ type: n < 2 ? 'string' : type, name: `${right} ${long} ${n}` })) });
      window.host.run({ ...window.host.table(long), tip: long, parameters: [{ name: long, type: 'string', value: long }, { name: right, type: 'string', value: right }] }, { ...window.host.table(right, 1), tab: 'other' });
    }, [long, right]);
    await page.locator('.cell[data-row="3"]:not(.loading)').first().waitFor();
    await look('rows');
    await eventually(() => page.locator('.cell').evaluateAll((cells) => [...new Set(cells.map((cell) => cell.offsetHeight))]), [24]);
    await page.getByRole('columnheader').first().click({ button: 'right' });
    await page.getByRole('menuitemcheckbox', { name: 'Statistics' }).click();
    await page.getByText('Most frequent').waitFor();
    await look('statistics');
    await page.evaluate((long) => window.host.run({ tab: 'f', title: long, status: 'failed', error: { message: long, data: { kind: 'query', hint: long, code: 'SEM0100' } } }), long);
    await page.getByRole('alert').waitFor();
    await look('error');
    await page.context().close();
  }
});

test('long words and texts from right to left: the chat', async () => {
  const odd = (text) => text.replaceAll('Which states', long).replaceAll('Storms', word).replaceAll('Here is', right).replaceAll('one', word);
  const { page } = await openChat(own.browser, { width: 240, height: 400 });
  const items = talk.map((item) => ({ ...item, ...(item.text === undefined ? {} : { text: odd(item.text) }), ...(item.query === undefined ? {} : { query: `${item.query} ${long}` }) }));
  await tell(page, items, { place: long, document: `${word}.kql` });
  await page.getByText('nobody is signed in').waitFor();
  await eventually(() => page.evaluate(misfits), []);
  // Tables and code scroll by themselves; the talk doesn't sideways.
  await eventually(() => page.locator('.log').evaluate((log) => log.scrollWidth <= log.clientWidth), true);
  if (process.env.CALYPSO_PICTURES !== undefined) {
    await page.screenshot({ path: `${process.env.CALYPSO_PICTURES}/long-chat.png` });
  }
  await page.context().close();
});

/** What moves, or would when it changes. */
const moving = (page) => page.evaluate(() => [
  ...document.getAnimations().map(({ effect }) => `${effect.target.className} moves`),
  ...[...document.querySelectorAll('*')].filter((node) => {
    const { transitionDuration, scrollBehavior } = getComputedStyle(node);
    return /[1-9]/.test(transitionDuration) || scrollBehavior === 'smooth';
  }).map((node) => `${node.className || node.tagName} glides`),
]);

test('nothing moves in any state for whoever wants it so', { timeout: 600_000 }, async () => {
  await inEach(own.browser, { theme: dark, kind: 'vscode-dark', server: own.server, context: { reducedMotion: 'reduce' } }, async (page, state) => assert.deepEqual(await moving(page), [], state));
});

test('by the system or by VS Code: what shows that something runs moves for others only; a chart is drawn at once for all', async () => {
  const busy = (page) => tell(page, [{ ...talk[0] }, { id: 'q', type: 'toolCall', tool: 'kusto_execute_query', query: 'T', status: 'inProgress', card: { title: 'Query', icon: 'loading', state: 'running' } }], { busy: 'active' });
  const running = (page) => page.evaluate(() => window.host.run({ status: 'running' }));
  for (const [open, act, seen] of [[openChat, busy, '.working'], [openResults, running, '.progress']]) {
    const { page } = await open(own.browser);
    await act(page);
    await page.locator(seen).waitFor();
    await eventually(() => moving(page), (found) => found.length > 0, 'it moves for others');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await eventually(() => moving(page), []);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    await eventually(() => moving(page), []);
    await page.context().close();
  }
  const { page, show } = await openChartPage(own.browser, own.server);
  await show(await own.server.view(kinds.columnchart));
  const painted = () => page.locator('.chart-picture canvas').first().evaluate((canvas) => canvas.toDataURL());
  const first = await painted();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await painted(), first);
  await page.context().close();
});

test('forced colours: the ring is seen, and what is chosen is told from what is not by a line', { timeout: 600_000 }, async () => {
  const faults = [];
  const seen = (page, state) => (/menu|header/.test(state) ? unseenNow : unseen)(page, state);
  await inEach(own.browser, { theme: contrast, kind: 'vscode-high-contrast', server: own.server, context: { forcedColors: 'active' } }, async (page, state) => {
    faults.push(...(await seen(page, state)));
    faults.push(...(await page.evaluate((state) => {
      const line = (node) => {
        const { borderBottomColor, borderBottomWidth, outlineStyle, outlineColor } = getComputedStyle(node);
        return `${borderBottomWidth} ${borderBottomColor} ${outlineStyle === 'none' ? '' : outlineColor}`;
      };
      const pairs = [['.tab[aria-selected="true"]', '.tab[aria-selected="false"]'], ['.tool[aria-pressed="true"]', '.tool[aria-pressed="false"]'], ['.cell.selected', '.cell[aria-selected="false"]'], ['li[aria-selected="true"]', 'li[aria-selected="false"]']];
      return pairs.map((pair) => pair.map((selector) => [...document.querySelectorAll(`${selector}:not(:focus)`)].find((node) => node.checkVisibility()))).filter(([on, off]) => on !== undefined && off !== undefined && line(on) === line(off)).map(([on]) => `${state}: ${on.className} looks as if it were not chosen`);
    }, state)));
  });
  assert.deepEqual(faults, []);
});

/**
 * What a screen reader says of its own accord. A region speaks when something in it changes; one that comes with its text in it speaks
 * only when it is an alert.
 */
const listen = (page) => page.evaluate(() => {
  window.said = [];
  const live = (node) => node.closest?.('[role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]') ?? null;
  const say = (region) => region !== null && region.closest('[aria-busy="true"]') === null && region.textContent.trim() !== '' && window.said.push(region.textContent.trim());
  new MutationObserver((changes) => {
    const regions = new Set(changes.map(({ target }) => live(target.nodeType === Node.TEXT_NODE ? target.parentElement : target)));
    const alerts = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element).flatMap((node) => [node, ...node.querySelectorAll('*')]).filter((node) => node.role === 'alert' && node.isConnected);
    [...regions, ...alerts].forEach(say);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['hidden'] });
});
const said = (page, ...wanted) => eventually(() => page.evaluate(() => window.said), (all) => all.length === wanted.length && wanted.every((one, n) => one.test(all[n])), wanted.join());

test('a screen reader says once each: that a query runs, how many rows came, what is wrong', async () => {
  const { page } = await openResults(own.browser);
  await listen(page);
  await page.evaluate(() => window.host.run({ status: 'running', tip: 'Embedded/Samples' }));
  await said(page, /^The query runs: StormEvents$/);
  await page.evaluate(() => window.host.run({ status: 'running', tip: 'Embedded/Samples', text: '12,000 rows' })); // news of the run are seen, not said
  await page.locator('.seconds').filter({ hasText: '12,000 rows' }).waitFor();
  await page.evaluate(() => window.host.run(window.host.table()));
  await said(page, /^The query runs/, /^1,000,000 rows420 ms/);
  await page.getByRole('columnheader', { name: 'State' }).locator('.name').click();
  await page.locator('[aria-sort="ascending"]').waitFor();
  await page.getByRole('searchbox').fill('x');
  await said(page, /^The query runs/, /^1,000,000 rows/, /^100,000 of 1,000,000 rows/);
  await page.evaluate((failure) => window.host.run({ tab: 'f', status: 'failed', error: failure }), failure);
  await said(page, /^The query runs/, /^1,000,000 rows/, /^100,000 of/, /^Column "Tornados" not found/);
  await page.context().close();
});

test('a screen reader says once each: the sentences of an answer, a query that waits, an error', async () => {
  const { page } = await openChat(own.browser);
  await page.getByText('Ask about your data').waitFor();
  await listen(page);
  const say = (message) => page.evaluate((message) => window.host.say(message), message);
  await say({ type: 'item', item: { id: 'a', type: 'agentMessage', text: '', open: true } });
  await say({ type: 'delta', id: 'a', text: 'Texas has' });
  await say({ type: 'delta', id: 'a', text: ' the most. Kansas' });
  await said(page, /^Texas has the most\.$/);
  await say({ type: 'item', item: { id: 'a', type: 'agentMessage', text: 'Texas has the most. Kansas is next.' } });
  await said(page, /^Texas/, /^Kansas is next\.$/);
  await say({ type: 'item', item: { id: 'q', type: 'toolCall', tool: 'x', query: 'T', status: 'awaitingApproval', approval: asked } });
  await say({ type: 'item', item: talk.at(-1) });
  await said(page, /^Texas/, /^Kansas/, /^A query waits for your approval: StormEvents/, /^nobody is signed in$/);
  await page.context().close();
});
