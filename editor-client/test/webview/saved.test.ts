// What was saved by another version, or by nobody, does no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSaved } from '../../src/webview/saved';
import { freshState } from '../../src/webview/state';

test('what was saved comes back', () => {
  const saved = { front: '1:0', states: { '1:0': { ...freshState(), sort: [{ column: 2, descending: true }], search: 'x' } } };
  assert.deepEqual(readSaved(JSON.parse(JSON.stringify(saved))), saved);
});

test('what has another shape does not', () => {
  const none = { front: '', states: {} };
  for (const value of [undefined, null, 7, '1:0', [], {}, { front: 1, states: {} }, { front: 'x' }]) {
    assert.deepEqual(readSaved(value), none);
  }
  const broken = [null, {}, { ...freshState(), grid: {} }, { ...freshState(), sort: [1] }, { ...freshState(), search: 3 }];
  for (const state of broken) {
    assert.deepEqual(readSaved({ front: 'a', states: { a: state } }), { front: 'a', states: {} });
  }
});
