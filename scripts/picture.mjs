// npm run picture: a picture of each screen, dark and light, from the real editor into docs/images; the README shows one of them.
// `npm run picture -- chart chat` takes only these; with --contrast they are taken in high contrast into .cache/pictures, to be looked at.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { installEditor } from './browser-editor.mjs';
import { findChromium } from './chromium.mjs';
import { run } from './command.mjs';
import { main } from './failure.mjs';
import { binary, cache, executable, root } from './paths.mjs';
import { checkToolchain, installPackages } from './toolchain.mjs';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };

await main('npm run picture', async (args) => {
  await checkToolchain();
  await installPackages();
  if (process.env.CALYPSO_VSIX === undefined) {
    const { buildProgram, bundle, hostTarget, pack } = await import('./build.mjs');
    await buildProgram();
    await bundle();
    process.env.CALYPSO_VSIX = await pack({ target: hostTarget, program: binary });
  }
  const editor = await installEditor();
  const chromium = await findChromium();
  if (editor.missing !== undefined || chromium.missing !== undefined) {
    throw new Error(editor.missing ?? chromium.missing);
  }
  process.env.CALYPSO_CHROMIUM = chromium.file;
  const programs = {};
  for (const name of ['fakeopenai', 'fakeentra']) {
    programs[name] = path.join(cache, `${name}${path.extname(executable)}`);
    await run('go', ['build', '-o', programs[name], `./internal/${name}/cmd`], { cwd: root });
  }
  const { takePictures } = await import('../editor-client/test/browser/pictures.mjs');
  const contrast = args.includes('--contrast');
  const folder = contrast ? path.join(cache, 'pictures') : path.join(root, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  for (const name of contrast ? ['contrast'] : ['dark', 'light']) {
    await takePictures({ programs, wanted, theme: themes[name], file: (screen) => path.join(folder, `${screen}-${name}.png`) });
  }
  console.log(path.relative(root, folder));
});
