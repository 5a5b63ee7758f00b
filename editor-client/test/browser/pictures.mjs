// Takes the pictures: each screen is brought up in the real editor, waited for, and taken. Of screens that no longer come up it tells the
// names at the end.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Editor } from './editor.mjs';
import { eventually } from './eventually.mjs';
import { Cluster } from './kusto-cluster.mjs';
import { modelConfig } from './model-config.mjs';
import { start } from './program.mjs';
import { files, screens } from './screens.mjs';

/** Takes the screens that are wanted in a theme; `save` is given the screen and its PNG, and gives the file. */
export async function takePictures({ programs, wanted, theme, save }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'calypso-'));
  const ca = path.join(folder, 'ca.pem');
  const model = start(programs.fakeopenai, []);
  const cluster = await Cluster.start();
  const authority = start(programs.fakeentra, ['-manual', '-ca', ca, '-backend', cluster.behind]);
  let editor;
  try {
    const fake = JSON.parse(await authority.line);
    editor = await Editor.start({
      name: 'pictures',
      files,
      home: { '.codex/config.toml': modelConfig((await model.line).trim(), { model: 'gpt-5', ca }) },
      env: { CALYPSO_TEST_KEY: 'key', HTTPS_PROXY: fake.proxy, NO_PROXY: '127.0.0.1,localhost' },
      scale: 1.5,
      userSettings: {
        'workbench.colorTheme': theme,
        'editor.minimap.enabled': false,
        'editor.occurrencesHighlight': 'off',
        'window.commandCenter': false,
        'breadcrumbs.enabled': false,
        'workbench.layoutControl.enabled': false,
        'remote.autoForwardPorts': false,
      },
    });
    const missing = [];
    const keep = async (screen, png) => {
      const file = await save(screen, png);
      if (screen.media === true) {
        show(editor, screen, file);
      }
    };
    for (const screen of screens.filter(wanted)) {
      await editor.keep(screen.name, () => take({ editor, cluster, theme, authority: fake }, screen, keep)).catch((error) => missing.push(`${screen.name}: ${error.message}`));
      await away(editor);
    }
    if (missing.length > 0) {
      throw new Error(missing.join('\n\n'));
    }
  } finally {
    await editor?.close();
    cluster.stop();
    model.stop();
    authority.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives a picture to the extension that is installed: the walkthrough shows those of this run. */
function show(editor, screen, file) {
  const extensions = path.join(editor.folder, 'ext');
  for (const name of readdirSync(extensions).filter((name) => name.startsWith('calypso.calypso-'))) {
    const to = path.join(extensions, name, 'media', path.dirname(screen.name));
    mkdirSync(to, { recursive: true });
    copyFileSync(file, path.join(to, path.basename(file)));
  }
}

async function take(around, screen, save) {
  const { editor } = around;
  const { page } = editor;
  await page.setViewportSize(screen.size);
  await toggle(editor, 'sidebar', 'Control+b', screen.sideBar === true);
  const after = await screen.bring({ ...around, page, panel: editor.results });
  await page.mouse.move(screen.size.width / 2, 3);
  const shown = after?.page ?? page; // a screen may be a page of its own
  await settled(shown, screen.moves === true);
  await save(screen, await shown.screenshot());
  await after?.();
}

/** Closes what a screen left open. */
async function away(editor) {
  await eventually(async () => {
    await editor.page.keyboard.press('Escape');
    return editor.page.locator('.quick-input-widget').isVisible();
  }, false);
  await editor.command('View: Revert and Close Editor');
  await editor.command('View: Close All Editors');
  await toggle(editor, 'panel', 'Control+j', false);
}

/** Shows a part of the window or hides it, by the key that does either. */
async function toggle({ page }, part, key, wanted) {
  const at = page.locator(`.part.${part}`);
  if ((await at.isVisible()) !== wanted) {
    await page.keyboard.press(key);
    await at.waitFor({ state: wanted ? 'visible' : 'hidden' });
  }
}

/** Waits until nothing fades and, unless something on it moves all the time, two looks at the screen are the same: scroll bars go, and frames paint, on their own. */
async function settled(page, moves) {
  let before;
  await eventually(async () => {
    const now = (await page.screenshot()).toString('base64');
    const same = now === before;
    before = now;
    return (same || moves) && (await page.evaluate(() => document.querySelector('.part.editor .scrollbar.visible') === null && document.getAnimations().every(({ effect }) => effect.getComputedTiming().endTime === Infinity)));
  }, true);
}
