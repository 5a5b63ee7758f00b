// npm start: builds everything and opens VS Code with Calypso on the samples, on the embedded engine, with no account.
//   npm start                 VS Code in the browser; prints its address
//   npm start -- --code       an installed VS Code, with a profile of its own
//   npm start -- --port 8000  on this port
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { installEditor, startEditor } from './browser-editor.mjs';
import { run, which } from './command.mjs';
import { main } from './failure.mjs';
import { cache, samples } from './paths.mjs';
import { remove, temporary } from './temporary.mjs';
import { checkToolchain, installPackages } from './toolchain.mjs';

const preferredPort = 8137;

async function start(args) {
  await checkToolchain();
  await installPackages();
  const { buildProgram, bundle, hostTarget, pack } = await import('./build.mjs');
  step('building calypso');
  const program = await buildProgram();
  step('packing the extension');
  await bundle();
  const vsix = await pack({ target: hostTarget, program });
  const workspace = path.join(cache, 'workspace');
  // What you changed in an earlier run stays yours.
  cpSync(samples, workspace, { recursive: true, force: false });
  if (args.includes('--code')) {
    await startInstalled(vsix, workspace);
  } else {
    await startInBrowser(vsix, workspace, args.includes('--port') ? Number(args[args.indexOf('--port') + 1]) || 0 : preferredPort);
  }
}

async function startInBrowser(vsix, workspace, port) {
  step('fetching the browser editor, once');
  const { missing } = await installEditor();
  if (missing !== undefined) {
    throw new Error(`${missing}\nWith VS Code installed, "npm start -- --code" works without it`);
  }
  // A short path, or VS Code can't make its sockets.
  const folder = temporary();
  const options = { folder, vsix, workspace, userSettings: { 'workbench.startupEditor': 'readme' } };
  step('starting the editor');
  const editor = await startEditor({ ...options, port: (await isFree(port)) ? port : 0 });
  let stopping = false;
  const stop = async () => {
    if (!stopping) {
      stopping = true;
      await editor.stop();
      remove(folder);
      process.exit(0);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, stop);
  }
  // An npm that is killed doesn't tell us.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 1000).unref();
  const file = path.join(workspace, 'storms.kql');
  const open = existsSync(file) ? `&payload=${encodeURIComponent(JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${editor.port}${file}`]]))}` : '';
  console.log(`\n  Calypso is ready: http://127.0.0.1:${editor.port}/?folder=${encodeURI(workspace)}${open}\n`);
  console.log('  Put the caret into a query and press F5. Ctrl+C here ends it.\n');
  await editor.ended;
  if (!stopping) {
    throw new Error(`the editor ended by itself: see ${editor.log}`);
  }
}

async function startInstalled(vsix, workspace) {
  const code = which('code');
  if (code === undefined) {
    throw new Error('there is no "code" on the PATH: install VS Code, or leave --code out for the editor in the browser');
  }
  const profile = path.join(cache, 'code');
  mkdirSync(path.join(profile, 'data', 'User'), { recursive: true });
  const own = ['--user-data-dir', path.join(profile, 'data'), '--extensions-dir', path.join(profile, 'extensions')];
  await run(code, [...own, '--install-extension', vsix, '--force'], { show: true });
  spawn(code, [...own, '--disable-workspace-trust', workspace, path.join(workspace, 'storms.kql')], { stdio: 'inherit', detached: true }).unref();
}

async function isFree(port) {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function step(text) {
  console.log(`${text} …`);
}

await main('npm start', start);
