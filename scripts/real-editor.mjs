// What taking pictures needs: the packed extension, the editor and a browser. Where one is missing the error says how to get it.
import { installEditor } from './browser-editor.mjs';
import { findChromium } from './chromium.mjs';
import { binary } from './paths.mjs';
import { checkToolchain, installPackages } from './toolchain.mjs';

/** Sets CALYPSO_VSIX, unless it names a package already, and CALYPSO_CHROMIUM, which the browser tests' own helpers read. */
export async function prepareEditor() {
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
}
