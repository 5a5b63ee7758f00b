// Other people's programs at the other end of our protocols: the MCP SDK for TypeScript as a host of `calypso mcp`, and aimock as the
// model behind `calypso ask`. What only our own tests agree on isn't agreed on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from './command.mjs';
import { root } from './paths.mjs';
import { remove, temporary } from './temporary.mjs';

const tools = [
  'kusto_execute_query', 'kusto_explain_query', 'kusto_get_table_schema', 'kusto_list_functions', 'kusto_list_tables', 'kusto_read_result',
  'kusto_sample_table', 'kusto_validate_query',
];

/** Runs a check in a home of its own, and says what to install where the peer isn't there. */
async function withPeer(name, check) {
  const opened = [];
  if (!existsSync(path.join(root, 'node_modules', ...name.split('/')))) {
    return { skipped: `${name} is not there`, cure: `run npm install; it brings ${name}` };
  }
  const home = temporary();
  const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_STATE_HOME: home };
  try {
    await check(home, env, opened);
  } finally {
    await Promise.all(opened.map((one) => one.close())); // a program that is left running would keep us from ending
    remove(home);
  }
}

/** Lists and calls the tools as a host does, with a person who can be asked and without. */
export function mcpHost(program) {
  return withPeer('@modelcontextprotocol/sdk', async (home, env, opened) => {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
    const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
    const connect = async (capabilities, answer) => {
      const client = new Client({ name: 'peer', version: '1.0.0' }, { capabilities });
      let asked = 0;
      if (answer !== undefined) {
        client.setRequestHandler(ElicitRequestSchema, (request) => {
          asked++;
          assert.match(request.params.message, /search "TORNADO"/);
          return { action: answer, ...(answer === 'accept' ? { content: {} } : {}) };
        });
      }
      const transport = new StdioClientTransport({ command: program, args: ['mcp'], env, cwd: home, stderr: 'pipe' });
      opened.push(client);
      let stderr = '';
      transport.stderr.on('data', (chunk) => (stderr += chunk));
      await client.connect(transport);
      return { client, asked: () => asked, stderr: () => stderr, call: (tool, args) => client.callTool({ name: tool, arguments: args }) };
    };

    const plain = await connect({});
    assert.equal(plain.client.getServerVersion().name, 'calypso');
    const listed = (await plain.client.listTools()).tools;
    assert.deepEqual(listed.map((tool) => tool.name).sort(), tools);
    for (const tool of listed) {
      assert.deepEqual([tool.annotations.readOnlyHint, tool.annotations.destructiveHint, tool.annotations.openWorldHint], [true, false, false], tool.name);
      assert.ok(tool.outputSchema && tool.inputSchema.additionalProperties === false, tool.name);
    }
    const count = await plain.call('kusto_execute_query', { query: 'StormEvents | summarize n = count()' });
    assert.equal(count.isError ?? false, false);
    assert.equal(count.structuredContent.columns[0].name, 'n');
    assert.deepEqual(JSON.parse(count.content[0].text), count.structuredContent);
    assert.ok((await plain.call('kusto_list_tables', {})).structuredContent.tables.length > 0);
    for (const [query, kind] of [['StormEvents | where Stat == "x"', 'diagnostics'], ['.drop table StormEvents', 'guard'], ['externaldata(a:string)["https://evil.example"]', 'guard']]) {
      const refused = await plain.call('kusto_execute_query', { query });
      assert.equal(refused.isError, true, query);
      assert.equal(JSON.parse(refused.content[0].text).error.kind, kind, query);
    }
    assert.equal((await plain.call('kusto_execute_query', { wrong: 1 })).isError, true);
    await assert.rejects(plain.call('shell', {}), /-32602|unknown tool/i);
    // What is dear needs a yes; this host can't ask.
    const unasked = await plain.call('kusto_execute_query', { query: 'search "TORNADO" | take 1' });
    assert.equal(JSON.parse(unasked.content[0].text).error.kind, 'declined');
    await plain.client.close();
    assert.equal(plain.stderr(), '');

    for (const answer of ['accept', 'decline']) {
      const host = await connect({ elicitation: {} }, answer);
      const result = await host.call('kusto_execute_query', { query: 'search "TORNADO" | take 1' });
      assert.equal(host.asked(), 1, answer);
      assert.equal(result.isError ?? false, answer === 'decline', answer);
      await host.client.close();
    }
  });
}

/** Asks questions of a model endpoint that isn't ours. */
export function modelPeer(program) {
  return withPeer('@copilotkit/aimock', async (home, env) => {
    const { LLMock } = await import('@copilotkit/aimock');
    const mock = new LLMock({ port: 0 });
    const query = 'StormEvents | summarize n = count()';
    mock.onToolResult('call_1', { content: 'There are many storms.' });
    mock.onToolResult('call_2b', { content: 'Both ran.' });
    mock.onMessage(/two at once/, {
      toolCalls: [
        { id: 'call_2a', name: 'kusto_list_tables', arguments: '{}' },
        { id: 'call_2b', name: 'kusto_execute_query', arguments: JSON.stringify({ query }) },
      ],
    });
    mock.onMessage(/how many storms/, { toolCalls: [{ id: 'call_1', name: 'kusto_execute_query', arguments: JSON.stringify({ query }) }] });
    mock.onMessage(/hello/, { content: 'Hello there.', reasoning: 'A greeting.' });
    await mock.start();
    try {
      writeFileSync(path.join(home, 'config.toml'), `model = "gpt"\nmodel_provider = "mock"\n[model_providers.mock]\nbase_url = "${mock.url}/openai/v1"\nenv_key = "KEY"\nis_azure = true\n`);
      const ask = async (question, want, code = 0) => {
        const got = await runAsk(program, ['ask', '--approval', 'auto', question], { cwd: home, env: { ...env, KEY: 'CANARY-KEY' } });
        assert.equal(got.code, code, got.stdout + got.stderr);
        assert.match(got.stdout + got.stderr, want, question);
        assert.doesNotMatch(got.stdout + got.stderr, /CANARY/);
        return got;
      };
      await ask('hello', /Hello there\./);
      await ask('how many storms are there?', /There are many storms\./);
      await ask('do two at once', /Both ran\./);
      // It keeps requests as chats: each call has its one output.
      const outputs = mock.getRequests().flatMap((entry) => (entry.body?.messages ?? []).filter((message) => message.role === 'tool'));
      assert.deepEqual(outputs.map((message) => message.tool_call_id), ['call_1', 'call_2a', 'call_2b']);
      mock.nextRequestError(429, { message: 'too many', type: 'rate_limit_error' });
      const waited = await ask('hello', /Hello there\./);
      assert.match(waited.stderr, /trying again in/);
      mock.nextRequestError(400, { message: 'the prompt is no prompt', type: 'invalid_request_error' });
      await ask('hello', /the prompt is no prompt/, 1);
      for (const file of readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
        assert.doesNotMatch(readFileSync(path.join(file.parentPath ?? file.path, file.name), 'latin1'), /CANARY/, file.name);
      }
    } finally {
      await mock.stop();
    }
  });
}

function runAsk(program, args, options) {
  mkdirSync(options.cwd, { recursive: true });
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', (error) => reject(new CommandError(`${program}: ${error.message}`, stderr)));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
