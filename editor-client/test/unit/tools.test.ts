// Editors before 1.101 know no MCP servers: there each tool is registered by itself, under the name that package.json declares.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { LanguageModelTool } from 'vscode';
import { offerTools } from '../../src/agent/tools';
import type { Server } from '../../src/server/server';
import { registered } from './vscode';

interface Manifest {
  readonly contributes: { readonly languageModelTools: readonly { readonly name: string; readonly when: string }[] };
}

test('without the MCP interface every declared tool is registered, and runs on the server', async () => {
  const sent: unknown[] = [];
  const request = (method: string, params: unknown): Promise<unknown> => {
    sent.push([method, params]);
    return Promise.resolve({ output: { rowCount: 1 } });
  };
  offerTools({ request, log: { warn: (message: string) => assert.fail(message) } } as unknown as Server);
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  assert.deepEqual([...registered.tools.keys()].sort(), contributes.languageModelTools.map(({ name }) => name).sort());
  assert.ok(contributes.languageModelTools.every(({ when }) => when === 'calypso.lmTools'));
  assert.equal(registered.contexts.get('calypso.lmTools'), true);

  const tool = registered.tools.get('calypso_execute_query') as LanguageModelTool<object>;
  const input = { query: 'T | take 1' };
  const asked = await tool.prepareInvocation?.({ input }, undefined as never);
  assert.match(JSON.stringify(asked), /Run this KQL query\?.*T \| take 1/);
  const result = await tool.invoke({ input, toolInvocationToken: undefined }, undefined as never);
  assert.deepEqual(sent, [['agent/tool/run', { tool: 'kusto_execute_query', arguments: input }]]);
  assert.match(JSON.stringify(result), /rowCount/);
});
