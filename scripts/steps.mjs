// The steps of npm test, in order. A step returns nothing when it passed, {skipped, cure} when it couldn't run, and throws
// when it failed. What one step makes for later ones (the packed extension) stands in `made`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { aptInstall } from './apt.mjs';
import { buildProgram, bundle, hostTarget, pack } from './build.mjs';
import { installEditor } from './browser-editor.mjs';
import { findChromium } from './chromium.mjs';
import { CommandError, run, which } from './command.mjs';
import { binary, cache, client, executable, root, shared } from './paths.mjs';
import { unitTests } from './unit.mjs';
import { packedFiles } from './zip.mjs';

const made = {};
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

export const steps = [
  { name: 'go format', run: goFormat },
  { name: 'go vet', run: () => run('go', ['vet', './...'], { cwd: root }) },
  { name: 'go staticcheck', run: () => run('go', ['tool', '-modfile=internal/tools.mod', 'staticcheck', './...'], { cwd: root }) },
  { name: 'corpora', run: corpora },
  { name: 'typescript', run: types },
  { name: 'eslint', run: () => run(bin('eslint'), ['.', '--max-warnings', '0'], { cwd: client }) },
  { name: 'go test', run: goTest },
  { name: 'client unit tests', run: unitTests },
  { name: 'build', run: build },
  { name: 'package', run: packageContents },
  { name: 'lspcheck', run: lspcheck },
  { name: 'neovim', run: neovim },
  { name: 'npm start', run: npmStart },
  { name: 'browser: results view', run: () => browser('grid.test.mjs') },
  { name: 'browser: editor', run: () => browser('main.test.mjs') },
  { name: 'browser: broken server', run: () => browser('broken.test.mjs') },
];

async function goFormat() {
  const folders = (await run('go', ['list', '-f', '{{.Dir}}', './...'], { cwd: root })).trim().split('\n');
  const files = folders.flatMap((folder) => readdirSync(folder).filter((file) => file.endsWith('.go')).map((file) => path.join(folder, file)));
  const wrong = (await run('go', ['tool', '-modfile=internal/tools.mod', 'gofumpt', '-l', ...files], { cwd: root })).trim();
  if (wrong !== '') {
    throw new CommandError('these files need gofumpt: go tool -modfile=internal/tools.mod gofumpt -w FILE…', wrong);
  }
}

/** The tests over real queries and the real engine's answers need the shared corpora; without them they only say so. */
async function corpora() {
  const wanted = ['corpus/kql', 'corpus/engine/kustainer-fuzz-a.jsonl', 'corpus/engine/kustainer-docs.jsonl', 'facts/signatures.json', 'schema/help.Samples.json'];
  const missing = wanted.filter((name) => !existsSync(path.join(shared, name)));
  if (missing.length > 0) {
    return { skipped: `${shared} lacks ${missing.join(', ')}`, cure: 'set CALYPSO_SHARED to the folder that holds corpus, facts and schema' };
  }
}

async function types() {
  for (const project of ['.', 'src/webview', 'test/webview']) {
    await run(bin('tsc'), ['--project', project], { cwd: client });
  }
}

/** With the race detector where there is a C compiler, as it needs one. */
async function goTest() {
  const race = await canRace();
  console.log(race ? '      with the race detector' : '      without the race detector: there is no C compiler');
  await run('go', ['test', ...(race ? ['-race'] : []), '-timeout', '20m', './...'], {
    cwd: root,
    env: { CALYPSO_SHARED: shared, ...(race ? { CGO_ENABLED: '1' } : {}) },
  });
}

async function canRace() {
  const compiler = (await run('go', ['env', 'CC'])).trim().split(' ')[0];
  return which(compiler) !== undefined && ['x64', 'arm64'].includes(process.arch);
}

async function build() {
  await buildProgram();
  await bundle();
  made.vsix = await pack({ target: hostTarget, program: binary });
}

/** What is in the package: the program with its x bit, both bundles, no source; and it is small enough. */
async function packageContents() {
  const megabytes = statSync(needed('vsix')).size / 2 ** 20;
  const files = packedFiles(readFileSync(made.vsix));
  const faults = [];
  const program = files.get(`extension/bin/${executable}`);
  if (program === undefined || (program.mode & 0o111) !== 0o111) {
    faults.push(`bin/${executable}: ${program === undefined ? 'missing' : `mode ${program.mode.toString(8)} lacks x`}`);
  }
  for (const name of ['out/extension.js', 'out/results.js', 'media/results.css', 'media/codicon.ttf', 'syntaxes/kql.tmLanguage.json', 'package.json']) {
    if (!files.has(`extension/${name}`)) {
      faults.push(`${name}: missing`);
    }
  }
  for (const name of files.keys()) {
    if (/\.(ts|map|go)$|node_modules|\/test\//.test(name)) {
      faults.push(`${name}: doesn't belong into the package`);
    }
  }
  if (megabytes > 15) {
    faults.push(`${megabytes.toFixed(1)} MB: the budget is 15`);
  }
  if (faults.length > 0) {
    throw new CommandError('the package is not as it should be', faults.join('\n'));
  }
  console.log(`      ${megabytes.toFixed(1)} MB`);
}

async function lspcheck() {
  const checker = path.join(shared, 'tools', 'lspcheck', 'lspcheck.mjs');
  if (!existsSync(checker)) {
    return { skipped: `${checker} is not there`, cure: 'set CALYPSO_SHARED to the folder that holds tools/lspcheck' };
  }
  const race = await canRace();
  const program = await buildProgram({ output: path.join(cache, 'lspcheck', executable), race });
  const home = mkdtempSync(path.join(os.tmpdir(), 'calypso-'));
  // No account and no saved connection: the check must not reach anything outside.
  const env = { HOME: home, CODEX_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_STATE_HOME: home };
  const variants = [['--seed', '1'], ['--seed', '2'], ['--seed', '3'], ['--seed', '4', '--client', 'min'], ['--seed', '5', '--encoding', 'utf-8']];
  try {
    const module = (await run('go', ['list', '-m', '-f', '{{.Dir}}', 'go.lsp.dev/protocol'], { cwd: root })).trim();
    const model = path.join(module, 'internal', 'genlsp', 'testdata', 'metaModel.json');
    for (const variant of variants) {
      const out = await run(process.execPath, [checker, '--meta-model', model, ...variant, ...(race ? ['--timeout', '20000'] : []), '--', program, 'lsp'], { cwd: home, env });
      console.log(`      ${variant.join(' ')}: ${out.trim().split('\n').at(-1)}`);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function neovim() {
  if (which('nvim') === undefined) {
    const reason = await aptInstall('neovim');
    if (reason !== undefined) {
      return { skipped: reason, cure: 'install Neovim 0.7 or later (Debian: apt-get install neovim)' };
    }
  }
  const home = mkdtempSync(path.join(os.tmpdir(), 'calypso-'));
  try {
    for (const encoding of ['utf-16', 'utf-8']) {
      const env = { HOME: home, CODEX_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, CALYPSO_BINARY: binary, CALYPSO_ENCODING: encoding };
      const script = path.join(client, 'test', 'neovim', 'smoke.lua');
      await run('nvim', ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-c', `luafile ${script}`, '-c', 'cquit 3'], { cwd: home, env, timeout: 120_000 });
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The other command of the README: it prints an address, and an editor answers there. */
async function npmStart() {
  const { missing } = await installEditor();
  if (missing !== undefined) {
    return { skipped: missing, cure: 'let npm reach its registry once; what it fetches stays in .cache' };
  }
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'start.mjs'), '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let output = '';
  try {
    const address = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new CommandError('no address within 5 minutes', output)), 300_000);
      const read = (chunk) => {
        output += chunk;
        const found = /Calypso is ready: (\S+)/.exec(output);
        if (found !== null) {
          clearTimeout(late);
          resolve(found[1]);
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      void ended.then(() => {
        clearTimeout(late);
        reject(new CommandError('npm start ended by itself', output));
      });
    });
    const answer = await fetch(address);
    if (!answer.ok) {
      throw new CommandError(`${address} answers ${answer.status}`, output);
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function browser(file) {
  const chromium = await findChromium();
  if (chromium.missing !== undefined) {
    return { skipped: chromium.missing, cure: 'install Chromium, or name one in CALYPSO_CHROMIUM' };
  }
  const env = { CALYPSO_CHROMIUM: chromium.file };
  if (file !== 'grid.test.mjs') {
    const { missing } = await installEditor();
    if (missing !== undefined) {
      return { skipped: missing, cure: 'let npm reach its registry once; what it fetches stays in .cache' };
    }
    env.CALYPSO_VSIX = needed('vsix');
    env.CALYPSO_BINARY = binary;
  }
  await run(process.execPath, ['--test', '--test-reporter=spec', path.join(client, 'test', 'browser', file)], { cwd: client, env, timeout: 900_000 });
}

function needed(what) {
  if (made[what] === undefined) {
    throw new Error('the step "build" has to pass first');
  }
  return made[what];
}
