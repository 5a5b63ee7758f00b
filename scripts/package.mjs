// npm run package: one extension package for each platform, in dist/. `npm run package -- linux-x64` packs only that.
import path from 'node:path';
import { main } from './failure.mjs';
import { cache, executable } from './paths.mjs';
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
  await bundle();
  for (const [target, platform] of Object.entries(targets)) {
    if (wanted.length === 0 || wanted.includes(target)) {
      const output = path.join(cache, 'programs', `${platform.GOOS}-${platform.GOARCH}`, executable);
      console.log(await pack({ target, program: await buildProgram({ output, platform }) }));
    }
  }
});
