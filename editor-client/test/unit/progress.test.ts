// What a person waits for is a notification with Cancel; what is over at once isn't shown, and all else is left to the library.
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Notices } from '../../src/ui/progress';
import { registered } from './vscode';

const passed: unknown[] = [];
const cancelled: unknown[] = [];
const notices = new Notices((token) => cancelled.push(token));
const say = (token: string, value: object): void => notices.handle(token, value as never, (_, value) => passed.push(value));
const begin = (token: string, more: object = { notification: true }): void => say(token, { kind: 'begin', title: token, cancellable: true, ...more });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  for (const list of [passed, cancelled, registered.progress]) {
    list.length = 0;
  }
});

test('an export: how far it is, Cancel, and its end', async () => {
  begin('export');
  mock.timers.tick(1000);
  say('export', { kind: 'report', message: '1,000 rows' });
  assert.deepEqual(registered.progress.map(({ title, said }) => [title, said]), [['export', ['1,000 rows']]]);
  registered.progress[0]?.cancel();
  assert.deepEqual(cancelled, ['export']);
  say('export', { kind: 'end' });
  await registered.progress[0]?.ended;
});

test('what is over at once is never shown', async () => {
  begin('quick');
  say('quick', { kind: 'end' });
  await Promise.resolve();
  mock.timers.tick(1000);
  assert.deepEqual(registered.progress, []);
});

test('the server ends: so does what it had under way', async () => {
  begin('one');
  begin('two');
  mock.timers.tick(1000);
  notices.end();
  await Promise.all(registered.progress.map(({ ended }) => ended));
  assert.equal(registered.progress.length, 2);
});

test('all else is the library\'s', () => {
  begin('schema', {});
  say('schema', { kind: 'report', message: 'tables' });
  say('schema', { kind: 'end' });
  mock.timers.tick(1000);
  assert.deepEqual([passed.length, registered.progress.length], [3, 0]);
});
