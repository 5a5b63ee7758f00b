// The client's unit tests: bundled one by one, so that they run as they are on Node 20, then given to node --test.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { client } from './paths.mjs';

export async function unitTests() {
  const esbuild = await import('esbuild');
  const out = path.join(client, 'out', 'test');
  rmSync(out, { recursive: true, force: true });
  const entryPoints = ['unit', 'webview'].flatMap((folder) =>
    readdirSync(path.join(client, 'test', folder))
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => path.join(client, 'test', folder, file)),
  );
  await esbuild.build({
    entryPoints,
    outdir: out,
    outbase: path.join(client, 'test'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    alias: { vscode: path.join(client, 'test', 'unit', 'vscode.ts') },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  await esbuild.stop();
  const files = entryPoints.map((file) => path.join(out, path.relative(path.join(client, 'test'), file).replace(/\.ts$/, '.mjs')));
  return run(process.execPath, ['--enable-source-maps', '--test', '--test-reporter=spec', ...files], { cwd: client });
}
