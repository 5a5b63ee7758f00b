// A server that ends. Killed in the middle of a query: the editor says so and with what, starts it again, and keeps texts, connections and
// history. One that hangs, or can't live: a state that a person can read, with the way out.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';

const folder = temporary();
const program = path.join(folder, 'calypso');
const shots = process.env.CALYPSO_PICTURES;
let editor;
let page;

/** A program that answers for its version and then does `lsp`. */
function write(lsp) {
  writeFileSync(program, `#!/bin/sh\nif [ "$1" = version ]; then echo '{"version":"9.9","protocol":1}'; exit 0; fi\n${lsp}\n`);
  chmodSync(program, 0o755);
}

const sound = () => write(`exec "${process.env.CALYPSO_BINARY}" "$@"`);

before(async () => {
  sound();
  editor = await Editor.start({
    name: 'broken',
    files: {
      'a.kql': 'shops\n| take 3\n\n\n',
      'long.kql': 'range x from 1 to 100000000000 step 1\n| where x % 7 == 8\n| count\n',
      'data/shops.csv': 'Name,City\nBaker,Lyon\nButcher,Lille\nFlorist,Lyon\n',
    },
    machineSettings: { 'calypso.server.path': program },
  });
  page = editor.page;
}, { timeout: 300_000 });
after(async () => {
  await editor?.close();
  remove(folder);
});

const step = stepsOf(() => editor);
const shot = async (name) => shots !== undefined && page.screenshot({ path: path.join(shots, `${name}.png`) });
const toast = (text) => page.locator('.notification-toast').filter({ hasText: text });

/** Ids of the programs that `a server` is now. */
const servers = () => editor.programs(process.env.CALYPSO_BINARY);

/** Waits until the document's place is shown, and that it is where its names come from. */
async function placed() {
  await page.locator('.statusbar-item').filter({ hasText: /data\// }).waitFor();
  await page.locator('.codelens-decoration a').filter({ hasText: /data\// }).first().waitFor();
  await editor.caret(4);
  await page.keyboard.type('sho');
  await editor.suggested(/^shops/);
}

/** Takes back what `placed` wrote, and goes into the query. */
async function leave() {
  await page.keyboard.press('Escape');
  await page.locator('.suggest-widget.visible').waitFor({ state: 'detached' });
  for (const key of ['Backspace', 'Backspace', 'Backspace']) {
    await page.keyboard.press(key);
  }
  await editor.caret(2, 8);
}

step('a document is changed, has a place of its own, and ran', async () => {
  await editor.useAsDatabase('data');
  await toast('data is a database now: 1 table.').waitFor();
  await editor.file('a.kql');
  await editor.command('Calypso: Choose Connection and Database');
  await editor.pick('data');
  await placed();
  await leave();
  await page.keyboard.press('Shift+End');
  await page.keyboard.type('2');
  await page.keyboard.press('F5');
  await editor.results.getByText('2 rows').waitFor();
});

step('killed in the middle of a query: it says so, with the reason, and is back', async () => {
  await editor.file('long.kql');
  await page.keyboard.press('F5');
  await editor.results.getByText(/^[1-9]\d*\.\d s$/).waitFor();
  const [server] = await eventually(servers, (found) => found.length === 1);
  process.kill(server, 'SIGKILL');
  await toast('The Calypso server was started again: it ended with SIGKILL').waitFor();
  await editor.results.getByText(/server ended/).first().waitFor();
  await shot('killed');
  await eventually(servers, (found) => found.length === 1 && found[0] !== server);
});

step('the changed text is still there, at its place, completes from there, and runs there', async () => {
  await editor.file('a.kql');
  await editor.ready();
  await page.locator('.tab.active.dirty').waitFor();
  await placed();
  await shot('placed');
  await leave();
  await page.keyboard.press('F5');
  await editor.results.getByText('2 rows').waitFor();
  await editor.cell(1, 0).getByText('Butcher').waitFor();
});

step('the history has the run before, the one that was cut off, and the one after', async () => {
  await editor.command('Calypso: Focus on History View');
  await editor.row('History', 'Today').filter({ hasText: '3 runs' }).waitFor();
  await editor.row('History', /range x.*cut off: the server ended/).waitFor();
  const runs = async () => (await editor.section('History').locator('.monaco-list-row').allInnerTexts()).slice(1);
  await eventually(async () => (await runs()).map((run) => /\d\d:\d\d shops[^]*2 rows, (under )?[\d.]+ m?s · .*data\//.test(run) ? 'shops' : /range x/.test(run) ? 'range' : run), ['shops', 'range', 'shops']);
  await shot('history');
  await editor.file('a.kql');
});

step('it hangs in the middle of a query: it says so, and Restart ends it', async () => {
  await editor.file('long.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.results.getByText(/^[1-9]\d*\.\d s$/).waitFor();
  const [server] = await eventually(servers, (found) => found.length === 1);
  process.kill(server, 'SIGSTOP');
  await toast("The Calypso server doesn't answer").waitFor({ timeout: 120_000 });
  await shot('hangs');
  await toast("The Calypso server doesn't answer").getByText('Restart', { exact: true }).click();
  await editor.results.getByText(/server ended/).first().waitFor();
  await eventually(servers, (found) => found.length === 1 && found[0] !== server);
  await editor.file('a.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.results.getByText('2 rows').waitFor();
});

step('it hangs as it starts: it says so, and Restart ends that too', async () => {
  write('exec sleep 1000');
  await editor.command('Calypso: Restart Server');
  await toast("The Calypso server doesn't answer").waitFor({ timeout: 120_000 });
  sound();
  await toast("The Calypso server doesn't answer").getByText('Restart', { exact: true }).click();
  await eventually(servers, (found) => found.length === 1);
  await editor.file('a.kql');
  await editor.ready();
  await page.keyboard.press('F5');
  await editor.results.getByText('2 rows').waitFor();
});

step('it ends again and again: it gives up, says why, and F5 says what to do', async () => {
  write('echo "panic: broken on purpose" >&2; exit 2');
  const [server] = await eventually(servers, (found) => found.length === 1);
  process.kill(server, 'SIGKILL');
  await toast("The Calypso server isn't running: it ended five times in a row, the last time with exit code 2, panic: broken on purpose").waitFor({ timeout: 120_000 });
  await eventually(() => toast("isn't running").count(), 1, 'one message, not one for each try');
  await page.keyboard.press('F5');
  await toast(/server isn't running .*run "Calypso: Restart Server"/).waitFor();
  await shot('gave-up');
});

step('mended and restarted from the message, it runs', async () => {
  sound();
  await toast(/five times in a row, the last/).first().getByText('Restart', { exact: true }).click();
  await editor.ready();
  await page.keyboard.press('Control+1');
  await page.keyboard.press('F5');
  await editor.results.getByText('2 rows').waitFor();
});

step('restarted with a program that is none, or is gone: it says which and what to do, and does not try again', async () => {
  writeFileSync(program, 'MZ\x90');
  await editor.command('Calypso: Restart Server');
  await toast(/isn't running: the program named by calypso.server.path, .*calypso, doesn't run here/).waitFor();
  await editor.command('Notifications: Clear All Notifications');
  rmSync(program);
  await editor.command('Calypso: Restart Server');
  await toast(/isn't running: the program named by calypso.server.path, .*calypso, isn't there: correct the setting/).waitFor();
  await shot('no-program');
  await editor.command('Notifications: Clear All Notifications');
});

step('settings that cannot be read are told, with the file a click away', async () => {
  const config = path.join(editor.folder, '.codex', 'config.toml');
  mkdirSync(path.dirname(config), { recursive: true });
  writeFileSync(config, 'model = "mine"\n[kusto\n');
  sound();
  await editor.command('Calypso: Restart Server');
  const told = toast(/config\.toml counts for nothing now: .*config\.toml:\d+:\d+: .*Restart Server/);
  await told.waitFor();
  await shot('settings');
  await told.getByText('Open File', { exact: true }).click();
  await page.locator('.tab.active[data-resource-name="config.toml"]').waitFor();
});

step('a setting that cannot be is told by its name, and the others count', async () => {
  editor.configure({ 'calypso.query.timeout': 'soon', 'calypso.codeLens.run': false });
  await editor.open();
  await editor.told(/calypso\.query\.timeout: write a whole number from 0 to 3600/);
  await shot('setting');
  await editor.file('long.kql');
  await page.locator('.codelens-decoration a').filter({ hasText: /Samples|data\// }).first().waitFor();
  await page.locator('.codelens-decoration a').filter({ hasText: 'Run' }).waitFor({ state: 'hidden' });
});

step('no request left, no content policy was violated', () => {
  assert.deepEqual(editor.faults, []);
});
