// What sign-in says, and what of it may stand in a trace.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countdown, modeName, opensSafely, promptTitle, statusOf, tenantFault, tokenDetail, trustLines, untrustedHost } from '../../src/auth/words';
import type { AuthStatus } from '../../src/protocol.gen';
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

test('the status bar: who, how, what waits, what failed', () => {
  const status: AuthStatus = { resource: 'help', mode: 'device_code', prompts: true, state: 'signed_in', account: 'ann@x', tenant: 't', services: [] };
  const text = (change: Partial<AuthStatus>, waiting?: string): string | undefined => statusOf({ ...status, ...change }, waiting)?.text;
  assert.equal(text({}), '$(account) ann@x (by code)');
  assert.equal(text({ account: '', mode: 'azure_cli' }), '$(account) Azure CLI');
  assert.equal(text({ state: 'signed_out' }), '$(account) Sign in');
  assert.equal(text({ state: 'signed_out', resource: '' }), undefined);
  assert.equal(text({ state: 'asking' }), '$(sync~spin) Signing in');
  assert.equal(text({ state: 'asking' }, 'Code ABC 1:00'), '$(key) Code ABC 1:00');
  assert.equal(statusOf({ ...status, state: 'failing', message: "Can't reach x; will retry." }, undefined)?.warning, true);
  assert.match(statusOf({ ...status, note: 'no keyring' }, undefined)?.tooltip ?? '', /this session only: no keyring/);
});

test('every mode has a name', () => {
  assert.equal(modeName('browser'), 'by browser');
  assert.equal(modeName('new_mode'), 'new_mode');
});

test('tenants, addresses and hosts are looked at before they are used', () => {
  assert.equal(tenantFault('contoso.onmicrosoft.com'), null);
  assert.equal(tenantFault(''), null);
  assert.notEqual(tenantFault('a tenant/of mine'), null);
  assert.ok(opensSafely('https://microsoft.com/devicelogin'));
  for (const address of ['http://microsoft.com', 'command:calypso.run', 'file:///etc/passwd', 'nothing']) {
    assert.ok(!opensSafely(address), address);
  }
  assert.equal(untrustedHost("kusto.contoso.com isn't a known Kusto endpoint; token not sent"), 'kusto.contoso.com');
  assert.equal(untrustedHost('Sign-in was cancelled.'), '');
  assert.equal(trustLines('a.b'), '[azure_auth.trusted_hosts]\n"a.b" = "kusto"\n');
  assert.equal(tokenDetail({ scope: 's', tenant: 't', expires: '' }, '1:00'), 'until 1:00, tenant t');
});

test('a trace has no params and results of sign-in, in either form', () => {
  const secret = '"key": "c2VjcmV0"';
  for (const head of ["Received request 'auth/storageKey - (3)'.", "Sending response 'auth/getVSCodeToken - (3)'. Processing request took 1ms", "Sending request 'auth/signIn - (4)'."]) {
    assert.equal(quiet(`${head}\nParams: {\n    ${secret}\n}`), head);
  }
  const other = "Sending request 'kusto/query/run - (5)'.\nParams: {}";
  assert.equal(quiet(other), other);
  assert.equal(quiet("Received notification 'auth/didChange'."), "Received notification 'auth/didChange'.");
  const json = (message: object): string => JSON.stringify({ isLSPMessage: true, type: 'send-response', timestamp: 1, message });
  assert.doesNotMatch(quiet(json({ jsonrpc: '2.0', id: 3, result: { key: 'c2VjcmV0' } })), /c2VjcmV0/);
  assert.doesNotMatch(quiet(json({ jsonrpc: '2.0', id: 3, method: 'auth/prompt', params: { userCode: 'c2VjcmV0' } })), /c2VjcmV0/);
  const run = json({ jsonrpc: '2.0', id: 3, method: 'kusto/query/run', params: { text: 'T' } });
  assert.equal(quiet(run), run);
  assert.doesNotMatch(quiet('{"result":"c2VjcmV0"'), /c2VjcmV0/);
  assert.doesNotMatch(quiet('{"result":"c2VjcmV0"}'), /c2VjcmV0/);
});
