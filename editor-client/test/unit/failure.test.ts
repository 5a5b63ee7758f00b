// Errors of the server: what a person reads, and what was no error but a stop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capital, failureOf, sentence, wasStopped } from '../../src/server/failure';

test('the data of the server comes along', () => {
  const error = Object.assign(new Error('column "Stat" not found'), { code: -32803, data: { kind: 'query', hint: 'did you mean "State"?' } });
  assert.equal(failureOf(error).data.kind, 'query');
  assert.equal(sentence(failureOf(error)), 'Column "Stat" not found: did you mean "State"?');
});

test('a sentence begins with a capital, a name stays as it is', () => {
  assert.deepEqual(['the rows', 'état', "can't", 'stopped', 'assert() has failed: x', '"x" is no int', 'E_LOW'].map(capital), ['The rows', 'État', "Can't", 'Stopped', 'assert() has failed: x', '"x" is no int', 'E_LOW']);
});

test('anything else is of the kind other', () => {
  assert.deepEqual(failureOf('x'), { message: 'x', data: { kind: 'other' } });
  assert.deepEqual(failureOf(Object.assign(new Error('y'), { data: 3 })), { message: 'y', data: { kind: 'other' } });
});

test('a stop in each of its forms', () => {
  assert.ok(wasStopped(Object.assign(new Error('cancelled'), { code: -32800 })));
  assert.ok(wasStopped(Object.assign(new Error('stopped'), { code: -32803, data: { kind: 'stopped' } })));
  const cancelled = new Error('Canceled');
  cancelled.name = 'Canceled';
  assert.ok(wasStopped(cancelled));
  assert.ok(!wasStopped(new Error('no')));
  assert.ok(!wasStopped(undefined));
});
