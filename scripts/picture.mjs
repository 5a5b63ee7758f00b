// npm run picture: the README's picture, docs/images/calypso.png, taken from the real editor on the samples. With --all
// all themes are taken, into .cache/pictures, to be looked at.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { installEditor } from './browser-editor.mjs';
import { findChromium } from './chromium.mjs';
import { main } from './failure.mjs';
import { binary, cache, root, samples } from './paths.mjs';
import { checkToolchain, installPackages } from './toolchain.mjs';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };

await main('npm run picture', async (args) => {
  await checkToolchain();
  await installPackages();
  const { buildProgram, bundle, hostTarget, pack } = await import('./build.mjs');
  await buildProgram();
  await bundle();
  const editor = await installEditor();
  const chromium = await findChromium();
  if (editor.missing !== undefined || chromium.missing !== undefined) {
    throw new Error(editor.missing ?? chromium.missing);
  }
  process.env.CALYPSO_VSIX = await pack({ target: hostTarget, program: binary });
  process.env.CALYPSO_CHROMIUM = chromium.file;
  const all = args.includes('--all');
  for (const name of all ? Object.keys(themes) : ['dark']) {
    await take(name, all);
  }
});

async function take(name, all) {
  const { Editor } = await import('../editor-client/test/browser/editor.mjs');
  const files = Object.fromEntries(
    readdirSync(samples).filter((file) => /\.(kql|md)$/.test(file)).map((file) => [file, readFileSync(path.join(samples, file), 'utf8')]),
  );
  const editor = await Editor.start({
    name: 'picture',
    files,
    viewport: { width: 1360, height: 860 },
    scale: 1.5,
    userSettings: {
      'workbench.colorTheme': themes[name],
      'editor.minimap.enabled': false,
      'window.commandCenter': false,
      'breadcrumbs.enabled': false,
      'workbench.layoutControl.enabled': false,
    },
  });
  const folder = all ? path.join(cache, 'pictures') : path.join(root, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const shot = (what) => editor.page.screenshot({ path: path.join(folder, what === '' ? 'calypso.png' : `${name}-${what}.png`) });
  try {
    const { page } = editor;
    await editor.file('storms.kql');
    await editor.ready();
    await page.locator('.activitybar .action-item a[aria-label="Calypso"]').click();
    for (const name of ['Embedded', 'Samples', 'StormEvents']) {
      await editor.node(name).click();
    }
    await editor.node('EventType').waitFor();
    await page.keyboard.press('Control+1');
    await editor.caret(5);
    await page.keyboard.press('F5');
    await editor.cell(0, 0).waitFor();
    await page.mouse.move(680, 5);
    if (all) {
      await shot('results');
    }
    await editor.caret(6);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('where Deaths > 5 and Ev');
    await page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor();
    await shot(all ? 'completion' : '');
    console.log(path.relative(root, folder));
  } finally {
    await editor.close();
  }
}
