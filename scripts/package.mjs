// npm run package: one extension package for each platform, in dist/. `npm run package -- linux-x64` packs only that.
import path from 'node:path';
import { cache, executable } from './paths.mjs';
import { checkToolchain, installPackages } from './toolchain.mjs';

await checkToolchain();
await installPackages();
const { buildProgram, bundle, pack, targets } = await import('./build.mjs');
const wanted = process.argv.slice(2);
const unknown = wanted.filter((target) => !(target in targets));
if (unknown.length > 0) {
  console.error(`unknown target ${unknown.join(', ')}: choose from ${Object.keys(targets).join(', ')}`);
  process.exit(1);
}
if (process.platform === 'win32') {
  console.error('packages are made on Linux or macOS: on Windows the programs in them would lose their x bit');
  process.exit(1);
}
await bundle();
for (const [target, platform] of Object.entries(targets)) {
  if (wanted.length === 0 || wanted.includes(target)) {
    const output = path.join(cache, 'programs', `${platform.GOOS}-${platform.GOARCH}`, executable);
    console.log(await pack({ target, program: await buildProgram({ output, platform }) }));
  }
}
