// What must be on the machine before anything is built: Go, Node and the npm packages of the lock file.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, which } from './command.mjs';
import { root } from './paths.mjs';

const least = { go: [1, 26], node: [20, 0] };

/** Throws a sentence with the cure where a tool is missing or too old. */
export async function checkToolchain() {
  if (!atLeast(process.versions.node, least.node)) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20 or later`);
  }
  if (which('go') === undefined) {
    throw new Error('Go is missing: install Go 1.26 or later and put it on the PATH');
  }
  const version = (await run('go', ['env', 'GOVERSION'])).trim().replace(/^go/, '');
  if (!atLeast(version, least.go)) {
    throw new Error(`Go ${version} is too old: install Go 1.26 or later`);
  }
}

function atLeast(version, [major, minor]) {
  const [a = 0, b = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return a > major || (a === major && b >= minor);
}

/** Installs the npm packages when they aren't those of the lock file. */
export async function installPackages() {
  const lock = path.join(root, 'package-lock.json');
  const stamp = path.join(root, 'node_modules', '.calypso-lock');
  const digest = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
    return;
  }
  console.log('installing npm packages …');
  // Only esbuild has a script we could want, and its own loader finds the program without it.
  await run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: root, show: true });
  writeFileSync(stamp, digest);
}
