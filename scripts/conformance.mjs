// npm run conformance: how far Calypso agrees with the official language library and with the real engine, over every public
// query. The library's answers are asked for once and kept in .cache, keyed by what they depend on; the first run takes some
// minutes. `npm run conformance -- --write` renews docs/conformance.md and the sample that go test compares; further arguments
// go on to the measuring program (internal/conformance).
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { cleanEnvironment, run } from './command.mjs';
import { main } from './failure.mjs';
import { digest, installOracle } from './oracle.mjs';
import { cache, root, shared } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';

const wants = 'syntax,diagnostics,result';
const schemas = ['help.Samples', 'loganalytics'];
const answers = path.join(cache, 'conformance');
const asked = path.join(answers, 'questions');

await main('npm run conformance', async (args) => {
  await checkToolchain();
  const oracle = await installOracle();
  rmSync(asked, { recursive: true, force: true });
  await run('go', ['run', './internal/conformance', '-shared', shared, '-questions', asked], { cwd: root });
  await ask(oracle, questions());
  const write = args.includes('--write');
  const more = write ? ['-write', 'docs/conformance.md', '-sample', 'internal/conformance/testdata/sample.jsonl'] : [];
  await run(
    'go',
    ['run', './internal/conformance', '-shared', shared, '-answers', answers, ...more, ...args.filter((arg) => arg !== '--write')],
    { cwd: root, show: true },
  );
});

/** What the oracle is asked: each corpus file under each schema, and what the measuring program asks beyond that. */
function questions() {
  const files = [path.join(shared, 'corpus', 'kql'), path.join(shared, 'corpus', 'engine'), asked].flatMap(linesIn);
  return schemas.flatMap((schema) => [...files, ...linesIn(path.join(asked, schema))].map((file) => ({ schema, file })));
}

function linesIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => path.join(folder, name));
}

/** Asks what isn't known yet, as many at a time as there are cores. */
async function ask(oracle, list) {
  mkdirSync(answers, { recursive: true });
  const open = list.filter((question) => !known(oracle, question));
  const worker = async () => {
    for (let question = open.shift(); question !== undefined; question = open.shift()) {
      console.log(`asking the library about ${path.basename(question.file)} under ${question.schema} (${open.length} more) …`);
      await askOne(oracle, question);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), open.length) }, worker));
}

function target({ schema, file }) {
  return path.join(answers, `${schema}.${path.basename(file)}`);
}

function schemaFile(schema) {
  return path.join(shared, 'schema', `${schema}.json`);
}

/** What an answer depends on. */
function key(oracle, { schema, file }) {
  return digest([path.basename(oracle), wants, readFileSync(schemaFile(schema)), readFileSync(file)]);
}

function known(oracle, question) {
  const stamp = `${target(question)}.key`;
  return existsSync(target(question)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key(oracle, question);
}

function askOne(oracle, question) {
  const partial = `${target(question)}.partial`;
  return new Promise((resolve, reject) => {
    const args = ['oracle.js', '--schema', schemaFile(question.schema), '--bytes', '--cache', '--want', wants];
    const child = spawn(process.execPath, args, { cwd: oracle, env: cleanEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const out = createWriteStream(partial);
    child.stdout.pipe(out);
    createReadStream(question.file).pipe(child.stdin);
    child.stdin.on('error', () => {}); // it ended early: its exit code tells
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) {
        reject(Object.assign(new Error(`the oracle ended with code ${code} on ${question.file}`), { output: said }));
        return;
      }
      out.close(() => {
        renameSync(partial, target(question));
        writeFileSync(`${target(question)}.key`, key(oracle, question));
        resolve();
      });
    });
  });
}
