// npm run conformance: how far Calypso agrees with the official language library and with the real engine, over every public
// query. The library's answers are asked for once and kept in .cache, keyed by what they depend on; the first run takes some
// minutes. `npm run conformance -- --write` renews docs/conformance.md and the sample that go test compares; further arguments
// go on to the measuring program (internal/conformance).
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { cleanEnvironment, run } from './command.mjs';
import { main } from './failure.mjs';
import { cache, root, shared } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';

const library = '@kusto/language-service-next@12.4.1';
const wants = 'syntax,diagnostics,result';
const schemas = ['help.Samples', 'loganalytics'];
const answers = path.join(cache, 'conformance');

await main('npm run conformance', async (args) => {
  await checkToolchain();
  const tool = path.join(shared, 'tools', 'kql-oracle');
  if (!existsSync(tool)) {
    throw new Error(`no oracle at ${tool}: set CALYPSO_SHARED to the folder that holds tools, corpus and schema`);
  }
  const oracle = await installOracle(tool);
  await ask(oracle, questions());
  const write = args.includes('--write');
  const more = write ? ['-write', 'docs/conformance.md', '-sample', 'internal/conformance/testdata/sample.jsonl'] : [];
  await run(
    'go',
    ['run', './internal/conformance', '-shared', shared, '-answers', answers, ...more, ...args.filter((arg) => arg !== '--write')],
    { cwd: root, show: true },
  );
});

/** A copy of the shared tool with its library, in .cache. Gives its folder. */
async function installOracle(tool) {
  const home = path.join(cache, 'oracle', digest([library, ...sources(tool)]));
  const stamp = path.join(home, 'installed');
  if (!existsSync(stamp)) {
    console.log(`installing ${library} …`);
    mkdirSync(home, { recursive: true });
    cpSync(tool, home, { recursive: true, filter: (source) => path.basename(source) !== 'node_modules' });
    await run('chmod', ['-R', 'u+w', home]);
    await run('npm', ['install', '--save-exact', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error', library], { cwd: home });
    writeFileSync(stamp, library);
  }
  return home;
}

/** The program's own files: a changed oracle gives new answers. */
function sources(tool) {
  return ['oracle.js', ...readdirSync(path.join(tool, 'lib')).map((name) => path.join('lib', name))].map((name) =>
    readFileSync(path.join(tool, name), 'utf8'),
  );
}

/** One question for each schema and corpus file. */
function questions() {
  const files = ['kql', 'engine'].flatMap((folder) => {
    const home = path.join(shared, 'corpus', folder);
    return readdirSync(home)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => path.join(home, name));
  });
  return schemas.flatMap((schema) => files.map((file) => ({ schema, file })));
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

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
