// What people type, and the line between the chat's webview and the extension: only known shapes get by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from '../../src/agent/command';
import { fromChat, toChat } from '../../src/agent/messages';

const commands = [
  { name: '/tables', arguments: '', description: '', tool: 'kusto_list_tables' },
  { name: '/schema', arguments: 'T', description: '', tool: 'kusto_get_table_schema' },
  { name: '/sample', arguments: 'T [n]', description: '', tool: 'kusto_sample_table' },
  { name: '/run', arguments: '<kql>', description: '', tool: 'kusto_execute_query' },
  { name: '/help', arguments: '', description: '' },
];

test('a command is its tool with arguments', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['/tables', 'kusto_list_tables', {}],
    ['/TABLES  ', 'kusto_list_tables', {}],
    ['/schema My Table', 'kusto_get_table_schema', { table_name: 'My Table' }],
    ['/sample T', 'kusto_sample_table', { table_name: 'T', rows: null }],
    ['/sample My Table 12', 'kusto_sample_table', { table_name: 'My Table', rows: 12 }],
    ['/run T\n| take 1', 'kusto_execute_query', { query: 'T\n| take 1' }],
  ];
  for (const [line, tool, args] of cases) {
    assert.deepEqual(parseCommand(line, commands), { kind: 'tool', tool, args }, line);
  }
  assert.equal(parseCommand('/help', commands).kind, 'help');
});

test('a wrong command says what to type', () => {
  for (const line of ['/', '/nothing', '/schema', '/run  ']) {
    const parsed = parseCommand(line, commands);
    assert.ok(parsed.kind === 'wrong' && parsed.hint.startsWith('type '), line);
  }
});

test('messages of the view', () => {
  const good: readonly unknown[] = [
    { type: 'ready' },
    { type: 'ask', text: 'x', document: false },
    { type: 'decide', approval: 'a', decision: 'accept', query: 'T' },
    { type: 'insert', text: '' },
    { type: 'link', href: 'https://x' },
    { type: 'call', id: 1, call: { method: 'kusto/result/info', params: { result: 'r' } } },
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
    { type: 'call', id: 1, call: { method: 'agent/tool/run', params: {} } },
  ];
  assert.deepEqual(good.map(fromChat), good);
  assert.deepEqual(bad.map(fromChat), bad.map(() => undefined));
});

test('messages of the extension', () => {
  const bar = { busy: '', name: '', place: '', document: '', tokens: 0 };
  const good: readonly unknown[] = [
    { type: 'all', items: [{ id: 'a', type: 'notice' }], bar },
    { type: 'bar', bar },
    { type: 'delta', id: 'a', text: 'x' },
    { type: 'void', ids: ['a'] },
    { type: 'answer', id: 1, result: null },
  ];
  const bad: readonly unknown[] = [null, { type: 'all', items: [{}], bar }, { type: 'bar' }, { type: 'void', ids: [1] }, { type: 'answer' }, { type: 'valueOf' }];
  assert.deepEqual(good.map(toChat), good);
  assert.deepEqual(bad.map(toChat), bad.map(() => undefined));
});
