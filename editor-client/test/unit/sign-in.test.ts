// What sign-in says, and what of it may stand in a trace.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countdown, opensSafely, promptTitle } from '../../src/auth/words';
import { quiet } from '../../src/server/trace';

const now = Date.parse('2026-01-01T12:00:00Z');

test('a code counts down and stops at nothing', () => {
  assert.equal(countdown('2026-01-01T12:14:05Z', now), '14:05');
  assert.equal(countdown('2026-01-01T11:00:00Z', now), '0:00');
  assert.equal(countdown(undefined, now), '');
  assert.equal(countdown('soon', now), '');
});

test('the title of a prompt says what for, which code and how long', () => {
  const prompt = { id: 'p1', kind: 'device', userCode: 'ABC', url: 'https://x', resource: 's', reason: 'to query help', expiresAt: '2026-01-01T12:01:00Z' };
  assert.equal(promptTitle(prompt, now), 'Sign in to query help: code ABC (1:00 left)');
  assert.equal(promptTitle({ id: 'p1', kind: 'device', userCode: 'ABC', url: 'https://x', resource: 's' }, now), 'Sign in: code ABC');
});

test('only https addresses are opened', () => {
  assert.ok(opensSafely('https://microsoft.com/devicelogin'));
  for (const address of ['http://microsoft.com', 'command:calypso.run', 'file:///etc/passwd', 'nothing']) {
    assert.ok(!opensSafely(address), address);
  }
});

test('a trace has no params and results, in either form', () => {
  const secret = '"key": "c2VjcmV0"';
  for (const head of ["Received request 'auth/storageKey - (3)'.", "Sending response 'auth/getVSCodeToken - (3)'. Processing request took 1ms", "Sending request 'kusto/query/run - (5)'.", "Received notification 'auth/didChange'."]) {
    assert.equal(quiet(`${head}\nParams: {\n    ${secret}\n}`), head);
    assert.equal(quiet(head), head);
  }
  const json = (message: object): string => JSON.stringify({ isLSPMessage: true, type: 'send-response', timestamp: 1, message });
  assert.equal(quiet(json({ jsonrpc: '2.0', id: 3, method: 'auth/prompt', params: { userCode: 'c2VjcmV0' } })), json({ jsonrpc: '2.0', id: 3, method: 'auth/prompt' }));
  for (const other of [json({ jsonrpc: '2.0', id: 3, result: { key: 'c2VjcmV0' } }), '{"result":"c2VjcmV0"', '{"result":"c2VjcmV0"}', '{"message":"c2VjcmV0"}']) {
    assert.doesNotMatch(quiet(other), /c2VjcmV0/);
  }
});
