// The official language library, which Calypso is measured against: the shared tool that asks it, with the library itself, in
// .cache. It runs in development only and is no part of the product.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { cache, shared } from './paths.mjs';

const library = '@kusto/language-service-next@12.4.1';

/** A copy of the shared tool with its library, in .cache. Gives its folder; throws a sentence where the tool is missing. */
export async function installOracle() {
  const tool = path.join(shared, 'tools', 'kql-oracle');
  if (!existsSync(tool)) {
    throw new Error(`no oracle at ${tool}: set CALYPSO_SHARED to the folder that holds tools, corpus and schema`);
  }
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

export function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
