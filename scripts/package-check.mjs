// What must be in a package, and what must not: the program with its x bit, the bundles, the notices; no source; small enough.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { client } from './paths.mjs';
import { packedFiles } from './zip.mjs';

export const budget = 15; // Megabytes.

const wanted = ['out/extension.js', 'out/results.js', 'out/chart-view.js', 'out/chat.js', 'out/notebook.js', 'media/results.css', 'media/chart.css', 'media/chat.css', 'media/codicon.ttf', 'syntaxes/kql.tmLanguage.json', 'package.json', 'ThirdPartyNotices.txt', 'LICENSE', 'changelog.md', 'readme.md'];

/** Looks into the package of a target: {megabytes, faults}. */
export function checkPackage(file, target) {
  const bytes = readFileSync(file);
  const files = packedFiles(bytes);
  const megabytes = bytes.length / 2 ** 20;
  const faults = [];
  const program = target.startsWith('win32') ? 'calypso.exe' : 'calypso';
  const entry = files.get(`extension/bin/${program}`);
  if (entry === undefined || (entry.mode & 0o111) !== 0o111) {
    faults.push(`bin/${program}: ${entry === undefined ? 'missing' : `mode ${entry.mode.toString(8)} lacks x`}`);
  }
  for (const name of [...wanted, ...walkthroughFiles()]) {
    // vsce writes some names in lower case, and gives the licence an ending.
    if (![name, `${name}.txt`].some((variant) => files.has(`extension/${variant}`))) {
      faults.push(`${name}: missing`);
    }
  }
  for (const name of files.keys()) {
    if (/\.(ts|map|go)$|node_modules|\/test\/|\/src\//.test(name) || (name.startsWith('extension/bin/') && name !== `extension/bin/${program}`)) {
      faults.push(`${name}: doesn't belong into the package`);
    }
  }
  if (megabytes > budget) {
    faults.push(`${megabytes.toFixed(1)} MB: the budget is ${budget}`);
  }
  return { megabytes, faults };
}

/** What is wrong with the packages of a folder and their list: each target has one that is as it should be, and nothing else is there. */
export function checkRelease(folder, targets) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.vsix'));
  const listed = readFileSync(path.join(folder, 'checksums.txt'), 'utf8');
  return targets.flatMap((target) => {
    const own = files.filter((file) => file.endsWith(`-${target}.vsix`));
    if (own.length !== 1) {
      return [`${target}: ${own.length} packages`];
    }
    const unlisted = listed.includes(`  ${own[0]}\n`) ? [] : [`${own[0]}: not in checksums.txt`];
    return [...checkPackage(path.join(folder, own[0]), target).faults.map((fault) => `${own[0]}: ${fault}`), ...unlisted];
  }).concat(files.length > targets.length ? [`${files.length} packages for ${targets.length} targets`] : []);
}

/** Every picture that the walkthrough shows. */
function walkthroughFiles() {
  const { contributes } = JSON.parse(readFileSync(path.join(client, 'package.json'), 'utf8'));
  return (contributes.walkthroughs ?? []).flatMap((walk) => walk.steps.flatMap((step) => Object.values(step.media.image ?? {}).concat(step.media.markdown ?? [])));
}
