// Builds the product: the Go program, the two bundles of the extension, the extension's package.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { notices } from './notices.mjs';
import { binary, client, root } from './paths.mjs';

/** VS Code's names of the platforms we pack for, and Go's. Static, so that Alpine takes the Linux program. */
export const targets = {
  'linux-x64': { GOOS: 'linux', GOARCH: 'amd64' },
  'linux-arm64': { GOOS: 'linux', GOARCH: 'arm64' },
  'alpine-x64': { GOOS: 'linux', GOARCH: 'amd64' },
  'darwin-x64': { GOOS: 'darwin', GOARCH: 'amd64' },
  'darwin-arm64': { GOOS: 'darwin', GOARCH: 'arm64' },
  'win32-x64': { GOOS: 'windows', GOARCH: 'amd64' },
  'win32-arm64': { GOOS: 'windows', GOARCH: 'arm64' },
};

export const hostTarget = `${process.platform}-${process.arch}`;

/** Builds the program, for this machine unless a platform is given. */
export async function buildProgram({ output = binary, platform = {}, race = false } = {}) {
  const flags = race ? ['-race'] : ['-trimpath', '-ldflags=-s -w'];
  await run('go', ['build', ...flags, '-o', output, './cmd/calypso'], {
    cwd: root,
    env: { CGO_ENABLED: race ? '1' : '0', ...platform },
  });
  return output;
}

/** Bundles the extension for VS Code's Node and the views for its browser. */
export async function bundle({ minify = true } = {}) {
  const esbuild = await import('esbuild');
  const out = path.join(client, 'out');
  rmSync(out, { recursive: true, force: true });
  const shared = { bundle: true, minify, legalComments: 'none', logLevel: 'warning', absWorkingDir: client, metafile: true };
  const host = await esbuild.build({
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: 'out/extension.js',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  });
  const views = await esbuild.build({
    ...shared,
    entryPoints: { results: 'src/webview/main.ts', 'chart-view': 'src/webview/chart/view.ts', chat: 'src/webview/chat/main.ts' },
    outdir: 'out',
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    tsconfig: 'src/webview/tsconfig.json',
  });
  // VS Code loads what draws a notebook's outputs as a module.
  const renderer = await esbuild.build({
    ...shared,
    entryPoints: { notebook: 'src/webview/notebook.ts' },
    define: { notebookStyle: JSON.stringify(['chart', 'notebook'].map((name) => readFileSync(path.join(client, 'media', `${name}.css`), 'utf8')).join('')) },
    outdir: 'out',
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    tsconfig: 'src/webview/tsconfig.json',
  });
  await esbuild.stop();
  const codicons = path.join(root, 'node_modules', '@vscode', 'codicons', 'dist');
  for (const file of ['codicon.css', 'codicon.ttf']) {
    copyFileSync(path.join(codicons, file), path.join(client, 'media', file));
  }
  const inputs = [host, views, renderer].flatMap((built) => Object.values(built.metafile.outputs).flatMap(taken)).map((file) => path.resolve(client, file));
  writeFileSync(path.join(client, 'ThirdPartyNotices.txt'), await notices({ inputs, platforms: Object.values(targets) }));
}

/** Where the README's links lead: a release knows its repository, e.g. https://github.com/OWNER/NAME and the tag v1.2.3. */
function links() {
  const { CALYPSO_REPOSITORY: repository, CALYPSO_TAG: tag } = process.env;
  if (repository === undefined || tag === undefined) {
    return ['--no-rewrite-relative-links'];
  }
  return ['--baseContentUrl', `${repository}/blob/${tag}/editor-client`, '--baseImagesUrl', `${repository}/raw/${tag}/editor-client`];
}

/** The files that something was taken from for an output. */
const taken = ({ inputs }) => Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0);

/** Packs the extension for one platform with the given program. Returns the file. */
export async function pack({ target, program, folder = path.join(root, 'dist') }) {
  const bin = path.join(client, 'bin');
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(program, path.join(bin, target.startsWith('win32') ? 'calypso.exe' : 'calypso'));
  if (existsSync(path.join(root, 'LICENSE'))) {
    copyFileSync(path.join(root, 'LICENSE'), path.join(client, 'LICENSE'));
  }
  const { version } = JSON.parse(readFileSync(path.join(client, 'package.json'), 'utf8'));
  const file = path.join(folder, `calypso-${version}-${target}.vsix`);
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--target', target, '--no-dependencies', '--allow-missing-repository', '--skip-license', ...links(), '--out', file];
  await run(process.execPath, [vsce, ...args], { cwd: client });
  return file;
}
