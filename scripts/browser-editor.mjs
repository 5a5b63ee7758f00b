// VS Code in the browser: code-server from npm, on a Node of its own from npm. Installed once into .cache, started for
// `npm start` and for the browser tests. Nothing is compiled: see spdlog.cjs.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cleanEnvironment, run } from './command.mjs';
import { cache, root } from './paths.mjs';

const versions = { 'code-server': '4.139.1', node: '24.21.0' };
const nodePackage = `node-linux-${process.arch}`;
const home = path.join(cache, 'editor', `${versions['code-server']}-node-${versions.node}`);
const codeServer = path.join(home, 'node_modules', 'code-server');

const npmFlags = ['--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];

/** {} when it is there, {missing: reason} when it can't be. */
export async function installEditor() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    return { missing: `the browser editor is for linux-x64 and linux-arm64, this is ${process.platform}-${process.arch}` };
  }
  const stamp = path.join(home, 'installed');
  const inner = path.join(codeServer, 'lib', 'vscode');
  try {
    if (!existsSync(stamp)) {
      await fetchEditor(inner);
      writeFileSync(stamp, new Date().toISOString());
    }
    // Each time, so that a change of ours needs no new download.
    copyFileSync(path.join(root, 'scripts', 'spdlog.cjs'), path.join(inner, 'node_modules', '@vscode', 'spdlog', 'index.js'));
    return {};
  } catch (error) {
    return { missing: `the browser editor couldn't be fetched: ${error.message}\n${String(error.output ?? '').slice(-500)}` };
  }
}

async function fetchEditor(inner) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const dependencies = { 'code-server': versions['code-server'], [nodePackage]: versions.node };
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2));
  await run('npm', ['install', ...npmFlags], { cwd: home });
  await run('npm', ['install', '--omit=dev', ...npmFlags], { cwd: inner, env: { PATH: editorPath() } });
}

/** VS Code's settings for a run that nobody watches: quiet, offline, and the same every time. */
export const settings = {
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'git.enabled': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'security.workspace.trust.enabled': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/**
 * Starts the editor. `folder` is the run folder, which must have a short path, or VS Code "could not create socket".
 * Returns {port, log, stop}.
 */
export async function startEditor({ folder, vsix, workspace, port = 0, userSettings = {}, env = {} }) {
  writeConfiguration(folder, port, userSettings);
  const environment = { ...cleanEnvironment(), ...runEnvironment(folder), ...env };
  const entry = [path.join(codeServer, 'out', 'node', 'entry.js'), '--config', path.join(folder, 'config.yaml')];
  const node = path.join(home, 'node_modules', nodePackage, 'bin', 'node');
  await run(node, [...entry, '--install-extension', vsix, '--force'], { env: environment });
  const log = path.join(folder, 'code-server.log');
  const output = openSync(log, 'a');
  // A process group of its own: a file watcher outlives its parent, and goes with the group.
  const child = spawn(node, [...entry, workspace], { env: environment, detached: true, stdio: ['ignore', output, output] });
  let ended = false;
  child.on('exit', () => (ended = true));
  const stop = async () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
      for (let waited = 0; !ended && waited < 3000; waited += 100) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is gone.
    }
  };
  const chosen = await listening(() => ended, log, stop);
  return { port: chosen, log, stop, ended: new Promise((resolve) => child.on('exit', resolve)) };
}

/** The port, once it answers there: the system chose it, as a free one that we looked for may be taken a moment later. */
async function listening(ended, log, stop) {
  const deadline = Date.now() + 180_000;
  while (Date.now() < deadline && !ended()) {
    const port = Number(/server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(log, 'utf8'))?.[1]);
    try {
      if (port > 0 && (await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(10_000) })).ok) {
        return port;
      }
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`the browser editor didn't start: see ${log}`);
}

function writeConfiguration(folder, port, userSettings) {
  for (const part of ['tmp', '.config', '.local/share', 'data/User', 'ext']) {
    mkdirSync(path.join(folder, part), { recursive: true });
  }
  writeFileSync(
    path.join(folder, 'config.yaml'),
    [
      `bind-addr: 127.0.0.1:${port}`,
      'auth: none',
      'cert: false',
      `user-data-dir: ${path.join(folder, 'data')}`,
      `extensions-dir: ${path.join(folder, 'ext')}`,
      'reconnection-grace-time: "10"',
      'disable-telemetry: true',
      'disable-update-check: true',
      'disable-workspace-trust: true',
      'disable-getting-started-override: true',
      'ignore-last-opened: true',
      '',
    ].join('\n'),
  );
  writeFileSync(path.join(folder, 'data', 'User', 'settings.json'), JSON.stringify({ ...settings, ...userSettings }, null, 2));
}

function runEnvironment(folder) {
  return {
    PATH: editorPath(),
    HOME: folder,
    TMPDIR: path.join(folder, 'tmp'),
    XDG_RUNTIME_DIR: path.join(folder, 'tmp'),
    XDG_CONFIG_HOME: path.join(folder, '.config'),
    XDG_DATA_HOME: path.join(folder, '.local', 'share'),
    EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":""}', // No marketplace.
  };
}

function editorPath() {
  return `${path.join(home, 'node_modules', nodePackage, 'bin')}${path.delimiter}${process.env.PATH}`;
}
