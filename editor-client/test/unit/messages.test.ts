// The line between the webview and the extension: only known shapes get by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromWebview, toWebview } from '../../src/results/messages';

const good: readonly unknown[] = [
  { type: 'ready' },
  { type: 'stop', run: 1 },
  { type: 'call', id: 1, call: { method: 'kusto/result/view', params: { result: 'r', table: 0 } } },
  { type: 'call', id: 1, call: { method: 'kusto/result/view', params: { result: 'r', table: 0, sort: [{ column: 1, descending: true }], filter: [{ column: 0, op: '==', value: 'x' }], search: '' } } },
  { type: 'call', id: 2, call: { method: 'kusto/result/read', params: { view: 'v', start: 0, count: 200 } } },
  { type: 'copy', view: 'v', ranges: [{ startRow: 0, endRow: 1, startColumn: 0, endColumn: 1 }], format: 'tsv', headers: false },
  { type: 'front', view: '', rows: 0, ranges: [] },
];

const bad: readonly unknown[] = [
  undefined,
  null,
  'ready',
  [],
  {},
  { type: 'constructor' },
  { type: 'unknown' },
  { type: 'stop' },
  { type: 'stop', run: -1 },
  { type: 'stop', run: 1.5 },
  { type: 'call', id: 1, call: { method: 'kusto/query/run', params: { text: 'x' } } },
  { type: 'call', id: 1, call: { method: 'toString', params: {} } },
  { type: 'call', id: 1, call: { method: 'kusto/result/read', params: { view: 'v', start: '0', count: 1 } } },
  { type: 'call', id: 1, call: { method: 'kusto/result/view', params: { result: 'r', table: 0, sort: [{ column: 'a' }] } } },
  { type: 'copy', view: 'v', ranges: [{ startRow: 0 }], format: 'tsv', headers: false },
  { type: 'copy', view: 'v', ranges: [], format: 'exe', headers: false },
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
  assert.ok(toWebview({ type: 'runs', runs: [{ id: 1 }], front: 1 }));
  assert.ok(toWebview({ type: 'answer', id: 3, result: {} }));
  assert.ok(toWebview({ type: 'refused', id: 3, error: { message: 'x' } }));
  for (const message of [null, { type: 'runs', runs: [{}], front: 0 }, { type: 'runs', runs: 1, front: 0 }, { type: 'refused', id: 1 }, { type: 'x' }]) {
    assert.equal(toWebview(message), undefined, JSON.stringify(message));
  }
});
