// npm run picture: every picture of docs/ and of the extension's media/ anew, from the real editor, dark and light; some in high contrast
// too; and docs/pictures.md, the page that shows them. `npm run picture -- chart chat` takes these screens only, --dark, --light,
// --contrast or --contrast-light these themes only.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import UPNG from 'upng-js';
import { run } from './command.mjs';
import { main } from './failure.mjs';
import { binary, cache, executable, root } from './paths.mjs';
import { fileOf, page, pageFile, themes } from './pictures-page.mjs';
import { prepareEditor } from './real-editor.mjs';

await main('npm run picture', async (args) => {
  await prepareEditor();
  const programs = {};
  for (const name of ['fakeopenai', 'fakeentra']) {
    programs[name] = path.join(cache, `${name}${path.extname(executable)}`);
    await run('go', ['build', '-o', programs[name], `./internal/${name}/cmd`], { cwd: root });
  }
  const names = args.filter((arg) => !arg.startsWith('--'));
  const wants = (name) => names.length === 0 || names.includes(name);
  const chosen = Object.keys(themes).filter((theme) => args.includes(`--${theme}`));
  for (const theme of chosen.length > 0 ? chosen : Object.keys(themes)) {
    await take(theme, programs, wants);
  }
  writeFileSync(pageFile, page());
});

async function take(theme, programs, wants) {
  process.env.CALYPSO_BINARY ??= binary; // the cluster of the pictures is it
  const { takePictures } = await import('../editor-client/test/browser/pictures.mjs');
  const { takeKinds } = await import('../editor-client/test/browser/kinds.mjs');
  const save = (screen, png) => {
    const file = fileOf(screen, theme);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, smaller(png));
    console.log(path.relative(root, file));
    return file;
  };
  const plain = theme === 'dark' || theme === 'light';
  await takePictures({ programs, theme: themes[theme], save, wanted: (screen) => wants(screen.name) && (plain || screen.contrast === true) });
  if (plain) {
    const home = mkdtempSync(path.join(os.tmpdir(), 'calypso-'));
    await takeKinds({ program: binary, home, theme, wanted: ({ name }) => wants(name), save }).finally(() => rmSync(home, { recursive: true, force: true }));
  }
}

/** The same picture in the 256 colours that come nearest: a third of the bytes, and no eye sees it in a picture of an editor. */
function smaller(png) {
  const picture = UPNG.decode(png);
  return Buffer.from(UPNG.encode([UPNG.toRGBA8(picture)[0]], picture.width, picture.height, 256));
}
