// What was saved by another version, or by nobody, does no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshState, readSaved } from '../../src/webview/state';

test('what was saved comes back', () => {
  const saved = { front: 't1', tabs: { t1: { ...freshState(), focus: { row: 3, column: 2 }, top: 240, filtering: true, charting: false } } };
  assert.deepEqual(readSaved(JSON.parse(JSON.stringify(saved))), saved);
});

test('what has another shape does not', () => {
  for (const value of [undefined, null, 7, 't1', [], {}, { front: 1, tabs: {} }, { front: 'x' }, { front: 'x', states: {} }]) {
    assert.deepEqual(readSaved(value), { front: '', tabs: {} });
  }
  for (const state of [null, {}, { ...freshState(), focus: {} }, { ...freshState(), top: 'x' }, { grid: freshState() }]) {
    assert.deepEqual(readSaved({ front: 'a', tabs: { a: state } }), { front: 'a', tabs: {} });
  }
});
