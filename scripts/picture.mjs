// npm run picture: a picture of each screen, dark and light, from the real editor into docs/images; the README shows one of them.
// `npm run picture -- chart chat` takes only these; with --contrast they are taken in high contrast into .cache/pictures, to be looked at.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { main } from './failure.mjs';
import { cache, executable, root } from './paths.mjs';
import { prepareEditor } from './real-editor.mjs';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };

await main('npm run picture', async (args) => {
  await prepareEditor();
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
