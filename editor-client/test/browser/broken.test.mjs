// A server that can't live: the extension tries four times, then says so with the way out, and comes back when a person has
// mended it. The program is a script named by the setting.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Editor } from './editor.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'calypso-'));
const program = path.join(folder, 'calypso');
let editor;

/** A program that answers for its version and then does `lsp`. */
function write(lsp) {
  writeFileSync(program, `#!/bin/sh\nif [ "$1" = version ]; then echo '{"version":"9.9","protocol":1}'; exit 0; fi\n${lsp}\n`);
  chmodSync(program, 0o755);
}

before(async () => {
  write('echo "panic: broken on purpose" >&2; exit 2');
  editor = await Editor.start({
    name: 'broken',
    files: { 'a.kql': 'StormEvents\n| take 3\n' },
    machineSettings: { 'calypso.server.path': program },
  });
}, { timeout: 120_000 });
after(async () => {
  await editor?.close();
  rmSync(folder, { recursive: true, force: true });
});

const step = (name, action) => test(name, { timeout: 60_000 }, () => editor.keep(name, action));

step('it gives up after its tries, says why, and F5 says what to do', async () => {
  const { page } = editor;
  await editor.file('a.kql');
  await page.locator('.notification-toast').filter({ hasText: "The Calypso server isn't running: it ended five times in a row" }).waitFor({ timeout: 40_000 });
  assert.equal(await page.locator('.notification-toast').count(), 1, 'one message, not one for each try');
  assert.equal(editor.log().split('panic: broken on purpose').length - 1, 5);
  await page.keyboard.press('F5');
  await editor.results.getByText(/server isn't running .*Restart Server/).waitFor();
});

step('mended and restarted from the message, it runs', async () => {
  const { page } = editor;
  write(`exec "${process.env.CALYPSO_BINARY}" "$@"`);
  await page.locator('.notification-toast').getByText('Restart', { exact: true }).click();
  await editor.ready();
  await editor.results.getByRole('button', { name: 'Run again' }).click();
  await editor.results.getByText('3 rows').waitFor();
});

step('no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
