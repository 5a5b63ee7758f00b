// npm run package: one extension package for each platform, in dist/, with a list of checksums. `npm run package -- linux-x64`
// packs only that. With CALYPSO_SIGNING_KEY the list is signed: see checksums.mjs.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeChecksums } from './checksums.mjs';
import { main } from './failure.mjs';
import { unnoticed } from './notices.mjs';
import { checkPackage, checkRelease } from './package-check.mjs';
import { cache, client, executable, root } from './paths.mjs';
import { checkToolchain, installPackages } from './toolchain.mjs';

await main('npm run package', async (wanted) => {
  await checkToolchain();
  await installPackages();
  const { buildProgram, bundle, pack, targets } = await import('./build.mjs');
  const unknown = wanted.filter((target) => !(target in targets));
  if (unknown.length > 0) {
    throw new Error(`unknown target ${unknown.join(', ')}: choose from ${Object.keys(targets).join(', ')}`);
  }
  if (process.platform === 'win32') {
    throw new Error('packages are made on Linux or macOS: on Windows the programs in them would lose their x bit');
  }
  // Older packages would be listed with the new ones, or released with them.
  const folder = path.join(root, 'dist');
  rmSync(folder, { recursive: true, force: true });
  await bundle();
  const made = [];
  for (const [target, platform] of Object.entries(targets)) {
    if (wanted.length === 0 || wanted.includes(target)) {
      const output = path.join(cache, 'programs', `${platform.GOOS}-${platform.GOARCH}`, executable);
      const program = await buildProgram({ output, platform });
      const file = await pack({ target, folder, program });
      const { megabytes, faults } = checkPackage(file, target);
      faults.push(...(await unnoticed(program, readFileSync(path.join(client, 'ThirdPartyNotices.txt'), 'utf8'))).map((module) => `${module} isn't in the notices`));
      if (faults.length > 0) {
        throw new Error(`${file} is not as it should be:\n${faults.join('\n')}`);
      }
      made.push(path.basename(file));
      console.log(`${megabytes.toFixed(1)} MB  ${file}`);
    }
  }
  const signed = writeChecksums(folder, made);
  const wrong = wanted.length > 0 ? [] : checkRelease(folder, Object.keys(targets));
  if (wrong.length > 0) {
    throw new Error(`the packages are not as they should be:\n${wrong.join('\n')}`);
  }
  console.log(`dist/checksums.txt is ${signed ? 'signed' : 'NOT signed: set CALYPSO_SIGNING_KEY to an Ed25519 key in PEM to sign it'}`);
});
