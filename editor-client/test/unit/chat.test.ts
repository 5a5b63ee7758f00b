// The line between the chat's webview and the extension: only known shapes get by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromChat, toChat } from '../../src/agent/messages';

test('messages of the view', () => {
  const good: readonly unknown[] = [
    { type: 'ready' },
    { type: 'ask', text: 'x', document: false },
    { type: 'decide', approval: 'a', decision: 'accept', query: 'T' },
    { type: 'insert', text: '' },
    { type: 'link', href: 'https://x' },
    { type: 'complete', text: '/' },
    { type: 'act', text: 'Ask again' },
  ];
  const bad: readonly unknown[] = [
    undefined,
    [],
    { type: 'toString' },
    { type: 'ask', text: 'x' },
    { type: 'decide', approval: 'a', decision: 'cancel' },
    { type: 'decide', approval: 1, decision: 'accept' },
    { type: 'link', href: 'command:x' },
    { type: 'link', href: 'http://x' },
    { type: 'call', id: 1, call: { method: 'kusto/result/info', params: {} } },
  ];
  assert.deepEqual(good.map(fromChat), good);
  assert.deepEqual(bad.map(fromChat), bad.map(() => undefined));
});

test('messages of the extension', () => {
  const bar = { busy: '', place: '', document: '' };
  const good: readonly unknown[] = [
    { type: 'all', items: [{ id: 'a', type: 'notice' }], bar },
    { type: 'bar', bar },
    { type: 'delta', id: 'a', text: 'x' },
    { type: 'void', ids: ['a'] },
    { type: 'completions', line: '/', items: [] },
  ];
  const bad: readonly unknown[] = [null, { type: 'all', items: [{}], bar }, { type: 'bar' }, { type: 'void', ids: [1] }, { type: 'answer' }, { type: 'valueOf' }];
  assert.deepEqual(good.map(toChat), good);
  assert.deepEqual(bad.map(toChat), bad.map(() => undefined));
});
