// The program as a process: how soon it answers, what a key press costs over its pipes, how much memory it holds, and how long
// a query from the command line takes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cleanEnvironment, run } from '../command.mjs';
import { binary } from '../paths.mjs';
import { capabilities, Client } from './client.mjs';

const now = () => performance.now();

/** Serves a schema as a cluster while work runs. */
export async function withCluster(speed, args, work) {
  const child = spawn(speed, [...args, '--serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    const address = await new Promise((resolve, reject) => {
      child.stdout.once('data', (chunk) => resolve(chunk.toString().trim()));
      void ended.then(() => reject(new Error('the cluster for the benchmark ended by itself')));
    });
    return await work(address);
  } finally {
    child.stdin.end();
    await ended;
  }
}

/** Nothing of the person's own: no configuration, no saved connection. */
async function withHome(work) {
  const home = mkdtempSync(path.join(os.tmpdir(), 'calypso-bench-'));
  const env = { ...cleanEnvironment(), HOME: home, CODEX_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_STATE_HOME: home };
  try {
    return await work(env);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function start(env) {
  const client = new Client(binary, ['lsp', '--log', 'error'], env);
  await client.request('initialize', { processId: null, rootUri: null, capabilities });
  client.notify('initialized', {});
  return client;
}

/** Under a cluster's schema: an editing session over the files, then memory. Times are wall, in milliseconds. */
export function session(address, database, files) {
  return withHome(async (home) => {
    const env = { ...home, CALYPSO_KUSTO_CLUSTER_URL: address, CALYPSO_KUSTO_DATABASE: database };
    const began = now();
    const client = await start(env);
    const { connections } = await client.request('kusto/connections/list', undefined);
    const { id } = connections.find((connection) => connection.url === address);
    await client.request('kusto/schema/read', { connection: id, database });
    open(client, 'first.kql', 'print x = 1');
    await client.request('textDocument/diagnostic', { textDocument: { uri: uri('first.kql') } });
    const first = now() - began;
    const idle = client.memory();
    const keys = {};
    for (const file of files) {
      keys[path.basename(file)] = await edit(client, file);
    }
    const used = client.memory();
    await client.close();
    return { first, keys, memory: { idle: idle?.now, used: used?.now, peak: used?.peak } };
  });
}

const uri = (name) => `file:///bench/${name}`;

function open(client, name, text) {
  client.notify('textDocument/didOpen', { textDocument: { uri: uri(name), languageId: 'kql', version: 1, text } });
}

/** Where completion is asked: after a word, a bracket, a pipe or a comma; up to 400 places, spread over the text. */
function places(text) {
  const all = [...text.matchAll(/[\w)](?: |\(|\n)|\| |, /g)].map((match) => match.index + match[0].length);
  return all.length <= 400 ? all : Array.from({ length: 400 }, (_, i) => all[Math.floor((i * all.length) / 400)]);
}

/** Opens a file, asks for all that an editor shows, and presses a key at each place. Gives the key presses' times. */
async function edit(client, file) {
  const name = path.basename(file);
  const text = readFileSync(file, 'utf8');
  const textDocument = { uri: uri(name) };
  open(client, name, text);
  for (const method of ['diagnostic', 'semanticTokens/full', 'documentSymbol', 'foldingRange', 'codeLens']) {
    await client.request(`textDocument/${method}`, { textDocument }).catch(() => undefined); // not every version has every method
  }
  let version = 1;
  const change = (start, end, typed) => {
    version++;
    client.notify('textDocument/didChange', { textDocument: { ...textDocument, version }, contentChanges: [{ range: { start, end }, text: typed }] });
  };
  const times = [];
  for (const [i, place] of places(text).entries()) {
    const at = position(text, place);
    const behind = { line: at.line, character: at.character + 1 };
    const began = now();
    change(at, at, 's '[i % 2]);
    await client.request('textDocument/completion', { textDocument, position: behind });
    times.push(now() - began);
    await client.request('textDocument/hover', { textDocument, position: at });
    await client.request('textDocument/diagnostic', { textDocument });
    change(at, behind, '');
  }
  return times;
}

function position(text, offset) {
  const before = text.slice(0, offset);
  const line = before.split('\n').length - 1;
  return { line, character: offset - (before.lastIndexOf('\n') + 1) };
}

/** From the start of the process to the answer of initialize. */
export function startTimes(n) {
  return withHome(async (env) => {
    const times = [];
    for (let i = 0; i < n; i++) {
      const began = now();
      const client = await start(env);
      times.push(now() - began);
      await client.close();
    }
    return times;
  });
}

/** A whole `calypso query` on the sample data. */
export function queryTimes(n) {
  return withHome(async (env) => {
    const times = [];
    for (let i = 0; i < n; i++) {
      const began = now();
      await run(binary, ['query', '--cluster', 'embedded', 'StormEvents | summarize count() by State'], { env });
      times.push(now() - began);
    }
    return times;
  });
}

export const binaryMegabytes = () => statSync(binary).size / 2 ** 20;
