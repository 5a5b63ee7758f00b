// The line between the webview and the extension: only known shapes get by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromWebview, toWebview } from '../../src/results/messages';

const good: readonly unknown[] = [
  { type: 'log' },
  { type: 'history' },
  { type: 'run', run: { text: 'x' } },
  { type: 'call', id: 1, call: { method: 'kusto/result/sheet', params: { result: 'r', table: 0 } } },
  { type: 'call', id: 2, call: { method: 'kusto/result/read', params: { view: 'v', start: 0, count: 200 } } },
  { type: 'call', id: 3, call: { method: 'kusto/tabs/list', params: {} } },
];

// A file is written only where a person was asked for it, and a query runs only through the runner, which looks at trust.
const bad: readonly unknown[] = [
  undefined,
  null,
  'log',
  [],
  {},
  { type: 'constructor' },
  { type: 'unknown' },
  { type: 'run' },
  { type: 'run', run: 'x' },
  { type: 'call', id: -1, call: { method: 'kusto/result/read', params: {} } },
  { type: 'call', id: 1, call: { method: 'kusto/query/run', params: { text: 'x' } } },
  { type: 'call', id: 1, call: { method: 'kusto/result/export', params: { view: 'v', format: 'csv', target: '/etc/passwd' } } },
  { type: 'call', id: 1, call: { method: 'kusto/connections/remove', params: {} } },
  { type: 'call', id: 1, call: { method: 'auth/signIn', params: {} } },
  { type: 'call', id: 1, call: { method: 'toString', params: {} } },
  { type: 'call', id: 1, call: { method: 'kusto/result/read', params: 'x' } },
];

test('good messages get by', () => {
  for (const message of good) {
    assert.deepEqual(fromWebview(message), message);
  }
});

test('bad messages do not', () => {
  for (const message of bad) {
    assert.equal(fromWebview(message), undefined, JSON.stringify(message));
  }
});

test('the way back', () => {
  assert.ok(toWebview({ type: 'tabs', state: { tabs: [{ tab: 't1' }], front: 't1' } }));
  assert.ok(toWebview({ type: 'lost' }));
  assert.ok(toWebview({ type: 'answer', id: 3, result: {} }));
  assert.ok(toWebview({ type: 'refused', id: 3, error: { message: 'x' } }));
  for (const message of [null, { type: 'tabs' }, { type: 'tabs', state: { tabs: [{}], front: '' } }, { type: 'tabs', state: { tabs: 1, front: '' } }, { type: 'refused', id: 1 }, { type: 'x' }]) {
    assert.equal(toWebview(message), undefined, JSON.stringify(message));
  }
});
