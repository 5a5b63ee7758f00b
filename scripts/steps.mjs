// The steps of npm test, in order. A step returns nothing when it passed, {skipped, cure} when it couldn't run, and throws
// when it failed. What one step makes for later ones (the packed extension) stands in `made`.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aptInstall } from './apt.mjs';
import { buildProgram, bundle, hostTarget, pack } from './build.mjs';
import { installEditor } from './browser-editor.mjs';
import { findChromium } from './chromium.mjs';
import { CommandError, run, which } from './command.mjs';
import { binary, client, executable, root, shared } from './paths.mjs';
import { mcpHost, modelPeer } from './peers.mjs';
import { remove, temporary } from './temporary.mjs';
import { unitTests } from './unit.mjs';
import { checkProtocol } from './protocol-check.mjs';
import { canRace } from './race.mjs';
import { checkPackage } from './package-check.mjs';

const made = {};
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

export const steps = [
  { name: 'go format', run: goFormat },
  { name: 'go vet', run: () => run('go', ['vet', './...'], { cwd: root }) },
  { name: 'go staticcheck', run: () => run('go', ['tool', '-modfile=internal/tools.mod', 'staticcheck', './...'], { cwd: root }) },
  { name: 'workflows', run: workflows },
  { name: 'corpora', run: corpora },
  { name: 'typescript', run: types },
  { name: 'eslint', run: () => run(bin('eslint'), ['.', '--max-warnings', '0'], { cwd: client }) },
  { name: 'go test', run: goTest },
  { name: 'client unit tests', run: unitTests },
  { name: 'release scripts', run: () => run(process.execPath, ['--test', '--test-reporter=spec', path.join(root, 'scripts', 'release.test.mjs')], { cwd: root }) },
  { name: 'pictures', run: () => run(process.execPath, ['--test', '--test-reporter=spec', path.join(root, 'scripts', 'pictures.test.mjs')], { cwd: root }) },
  { name: 'pages', run: () => run(process.execPath, ['--test', '--test-reporter=spec', path.join(root, 'scripts', 'docs.test.mjs')], { cwd: root }) },
  { name: 'build', run: build },
  { name: 'sarif', run: sarif },
  { name: 'mcp host (TypeScript SDK)', run: () => mcpHost(binary) },
  { name: 'model (aimock)', run: () => modelPeer(binary) },
  { name: 'package', run: packageContents },
  { name: 'lspcheck', run: lspcheck },
  { name: 'neovim', run: neovim },
  { name: 'emacs', run: emacs },
  { name: 'npm start', run: npmStart },
  { name: 'browser: results view', run: () => browser('grid.test.mjs') },
  { name: 'browser: editor', run: () => browser('main.test.mjs') },
  { name: 'browser: connections', run: () => browser('connections.test.mjs') },
  { name: 'browser: tree of connections', run: () => browser('tree.test.mjs') },
  { name: 'browser: results', run: () => browser('results.test.mjs') },
  { name: 'browser: analyst', run: () => browser('analyst.test.mjs') },
  { name: 'browser: export', run: () => browser('export.test.mjs') },
  { name: 'browser: charts', run: () => browser('chart.test.mjs') },
  { name: 'browser: render', run: () => browser('render.test.mjs') },
  { name: 'browser: chat view', run: () => browser('chat-view.test.mjs') },
  { name: 'browser: chat', run: () => browser('chat.test.mjs') },
  { name: 'browser: chats', run: () => browser('chat-threads.test.mjs') },
  { name: 'browser: sign-in', run: () => browser('sign-in.test.mjs') },
  { name: 'browser: notebook', run: () => browser('notebook.test.mjs') },
  { name: 'browser: outputs of notebooks', run: () => browser('notebook-outputs.test.mjs') },
  { name: 'browser: cells of notebooks', run: () => browser('notebook-cells.test.mjs') },
  { name: 'browser: first use', run: () => browser('first-use.test.mjs') },
  { name: 'browser: accessibility', run: () => browser('accessibility.test.mjs') },
  { name: 'browser: layout', run: () => browser('layout.test.mjs') },
  { name: 'browser: keyboard', run: () => browser('keyboard.test.mjs') },
  { name: 'browser: keyboard, rows', run: () => browser('keyboard-rows.test.mjs') },
  { name: 'browser: keyboard, views', run: () => browser('keyboard-views.test.mjs') },
  { name: 'browser: keyboard, results', run: () => browser('keyboard-results.test.mjs') },
  { name: 'browser: keyboard, history', run: () => browser('keyboard-history.test.mjs') },
  { name: 'browser: keyboard, connections', run: () => browser('keyboard-connections.test.mjs') },
  { name: 'browser: keyboard, chat', run: () => browser('keyboard-chat.test.mjs') },
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

/** The workflows run on GitHub only: here their syntax, expressions and runners are checked. */
async function workflows() {
  const folder = path.join(root, '.github', 'workflows');
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  await run('go', ['tool', '-modfile=internal/tools.mod', 'actionlint', '-shellcheck=', '-pyflakes=', ...files], { cwd: root });
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

async function build() {
  await buildProgram();
  await bundle();
  made.vsix = await pack({ target: hostTarget, program: binary });
}

/** The report on the samples, as the program writes it, against the published schema of SARIF 2.1.0. */
async function sarif() {
  const schema = path.join(root, 'node_modules', '@microsoft', 'jest-sarif', 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json');
  if (!existsSync(schema)) {
    return { skipped: `${schema} is not there`, cure: 'run npm install; it brings @microsoft/jest-sarif' };
  }
  const home = temporary();
  try {
    const report = path.join(home, 'report.sarif');
    writeFileSync(report, await run(binary, ['check', '--fail-on', 'never', '--format', 'sarif', 'samples'], { cwd: root, env: { HOME: home, CODEX_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_STATE_HOME: home } }));
    const env = { CALYPSO_SARIF_SCHEMA: schema, CALYPSO_SARIF_REPORT: report };
    const out = await run('go', ['test', '-count=1', '-v', '-run', '^TestSARIFSchema$', './check'], { cwd: root, env });
    if (!out.includes('--- PASS: TestSARIFSchema')) {
      throw new CommandError('the schema was not looked at', out);
    }
  } finally {
    remove(home);
  }
}

/** What is in the package. */
function packageContents() {
  const { megabytes, faults } = checkPackage(needed('vsix'), hostTarget);
  if (faults.length > 0) {
    throw new CommandError('the package is not as it should be', faults.join('\n'));
  }
  console.log(`      ${megabytes.toFixed(1)} MB`);
}

/** A sample of what npm run lspcheck sends. */
function lspcheck() {
  return checkProtocol({ messages: 2000 });
}

async function neovim() {
  if (which('nvim') === undefined) {
    const reason = await aptInstall('neovim');
    if (reason !== undefined) {
      return { skipped: reason, cure: 'install Neovim 0.7 or later (Debian: apt-get install neovim)' };
    }
  }
  const home = temporary();
  try {
    const env = { ...atHome(home), CALYPSO_PAGE: path.join(root, 'docs', 'editors', 'neovim.md') };
    const play = (name, more) => run('nvim', ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-c', `luafile ${path.join(client, 'test', 'neovim', name)}`, '-c', 'cquit 3'], { cwd: home, env: { ...env, ...more }, minutes: 5 });
    for (const encoding of ['utf-16', 'utf-8']) {
      await play('smoke.lua', { CALYPSO_ENCODING: encoding });
    }
    await play('page.lua');
  } finally {
    remove(home);
  }
}

/** Surroundings in which an editor has nothing of its owner's, and finds the program on the PATH. */
function atHome(home) {
  return { HOME: home, CODEX_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, CALYPSO_BINARY: binary, PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH}` };
}

/** Emacs has eglot built in from 29 on; before, it is a package of its own. */
async function emacs() {
  const ready = () => run('emacs', ['--batch', '--eval', "(progn (package-initialize) (require 'eglot))"]);
  const cure = 'install Emacs 28 or later with eglot (Debian: apt-get install emacs-nox elpa-eglot)';
  if (which('emacs') === undefined) {
    const reason = await aptInstall('emacs-nox', 'elpa-eglot');
    if (reason !== undefined) {
      return { skipped: reason, cure };
    }
  }
  try {
    await ready();
  } catch {
    return { skipped: 'the Emacs on the PATH has no eglot', cure };
  }
  const home = temporary();
  try {
    for (const name of ['smoke.el', 'page.el']) {
      const env = { ...atHome(home), CALYPSO_PAGE: path.join(root, 'docs', 'editors', 'emacs.md') };
      await run('emacs', ['--batch', '-l', path.join(client, 'test', 'emacs', name)], { cwd: home, env, minutes: 5 });
    }
  } finally {
    remove(home);
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
      const late = setTimeout(() => reject(new CommandError('no address within 10 minutes', output)), 600_000);
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
    const answer = await fetch(address, { signal: AbortSignal.timeout(120_000) });
    if (!answer.ok) {
      throw new CommandError(`${address} answers ${answer.status}`, output);
    }
  } finally {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
    await ended;
    clearTimeout(late);
  }
}

async function browser(file) {
  const chromium = await findChromium();
  if (chromium.missing !== undefined) {
    return { skipped: chromium.missing, cure: 'install Chromium, or name one in CALYPSO_CHROMIUM' };
  }
  const env = { CALYPSO_CHROMIUM: chromium.file, CALYPSO_BINARY: binary };
  if (!['grid.test.mjs', 'chat-view.test.mjs', 'chart.test.mjs', 'accessibility.test.mjs', 'layout.test.mjs'].includes(file)) {
    const { missing } = await installEditor();
    if (missing !== undefined) {
      return { skipped: missing, cure: 'let npm reach its registry once; what it fetches stays in .cache' };
    }
    env.CALYPSO_VSIX = needed('vsix');
    if (['sign-in.test.mjs', 'keyboard.test.mjs', 'keyboard-chat.test.mjs'].includes(file)) {
      env.CALYPSO_FAKE_AUTHORITY = path.join(root, '.cache', `fakeentra${path.extname(executable)}`);
      await run('go', ['build', '-o', env.CALYPSO_FAKE_AUTHORITY, './internal/fakeentra/cmd'], { cwd: root });
    }
    if (['chat.test.mjs', 'chat-threads.test.mjs', 'keyboard.test.mjs', 'keyboard-chat.test.mjs'].includes(file)) {
      env.CALYPSO_FAKE_MODEL = path.join(root, '.cache', `fakeopenai${path.extname(executable)}`);
      await run('go', ['build', '-o', env.CALYPSO_FAKE_MODEL, './internal/fakeopenai/cmd'], { cwd: root });
    }
  }
  const output = await run(process.execPath, ['--test', '--test-reporter=spec', path.join(client, 'test', 'browser', file)], { cwd: client, env, minutes: 30 });
  // What was measured is no verdict, and wanted all the same.
  for (const [line] of output.matchAll(/^figures: .*$/gm)) {
    console.log(line);
  }
}

function needed(what) {
  if (made[what] === undefined) {
    throw new Error('the step "build" has to pass first');
  }
  return made[what];
}
