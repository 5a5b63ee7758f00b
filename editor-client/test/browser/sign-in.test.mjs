// Sign-in in the real editor against a local authority: from the palette to rows of a cluster that answers 401 to anything but the
// authority's token, and the ways in which that fails. Nothing of what is secret may stand in any file of the editor.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before } from 'node:test';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';
import { start, startCluster } from './program.mjs';

const cluster = 'help.kusto.windows.net';
const files = {
  'storms.kql': 'StormEvents\n| where State == "TEXAS"\n| summarize Events = count() by EventType\n| top 3 by Events\n',
};

let folder;
let kusto;
let authority;
let fake;
let editor;
let page;

before(async () => {
  folder = temporary();
  kusto = startCluster();
  authority = start(process.env.CALYPSO_FAKE_AUTHORITY, ['-manual', '-ca', path.join(folder, 'ca.pem'), '-backend', await kusto.line]);
  fake = JSON.parse(await authority.line);
  const home = path.join(folder, 'codex');
  mkdirSync(home);
  writeFileSync(
    path.join(home, 'config.toml'),
    `[kusto]\ncluster_url = "https://${cluster}"\ndatabase = "Samples"\n\n[azure_auth]\nmode = "device_code"\nca_file = '${path.join(folder, 'ca.pem')}'\n`,
  );
  editor = await Editor.start({
    name: 'sign-in',
    files,
    userSettings: { 'calypso.trace.server': 'verbose', 'workbench.colorTheme': process.env.CALYPSO_THEME ?? 'Default Dark Modern' },
    env: { CODEX_HOME: home, HTTPS_PROXY: fake.proxy, NO_PROXY: '127.0.0.1,localhost' },
  });
  page = editor.page;
  // The authority's page, for the browser: it is on this machine and has a certificate that the browser doesn't know.
  await page.context().route('https://login.microsoftonline.com/**', async (route) => {
    const request = route.request();
    await route.fulfill(await throughAuthority(request.method(), new URL(request.url()), request.postData(), request.headers()));
  });
}, { timeout: 300_000 });

after(async () => {
  await editor?.close();
  authority?.stop();
  kusto?.stop();
  remove(folder);
});

const step = stepsOf(() => editor);
const picture = (name) => (process.env.CALYPSO_PICTURES === undefined ? undefined : page.screenshot({ path: path.join(process.env.CALYPSO_PICTURES, `${name}.png`) }));

function throughAuthority(method, url, body, headers) {
  const { hostname, port } = new URL(fake.authority);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: url.pathname + url.search, method, ca: readFileSync(fake.ca), headers: { 'content-type': headers['content-type'] ?? '' } };
    const request = https.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

const turn = async (what, body) => assert.ok((await fetch(`${fake.plain}/fake/${what}`, { method: 'POST', body: body === undefined ? undefined : JSON.stringify(body) })).ok, what);
const calls = async () => (await fetch(`${fake.plain}/fake/calls`)).json();
const list = () => page.locator('.quick-input-widget:visible');
const bar = (text) => page.locator('[id="calypso.calypso.calypso.account"]').filter({ hasText: text });
const toast = (text) => page.locator('.notifications-toasts .notification-toast').filter({ hasText: text });

/** The code on the screen. */
async function code() {
  const title = list().locator('.quick-input-title').filter({ hasText: /Sign in to query .*: code FK\d{4}XY \(\d+:\d\d left\)/ });
  await title.waitFor();
  return /FK\d{4}XY/.exec(await title.innerText())[0];
}

async function run() {
  await editor.caret(1);
  await page.keyboard.press('F5');
}

step('the status bar offers to sign in where a cluster wants it', async () => {
  await editor.file('storms.kql');
  await editor.ready();
  await bar('Sign in').waitFor();
  await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
});

step('every message is traced from here on', async () => {
  await editor.command('Developer: Set Log Level...');
  await editor.pick(/^Calypso/);
  await list().locator('.monaco-list-row').filter({ hasText: 'Debug' }).waitFor();
  await editor.pick(/^Trace/);
  await list().waitFor({ state: 'hidden' });
  await editor.command('Calypso: Restart Server'); // so that the key of saved sign-ins is asked for once more
  await eventually(() => editor.log(), /Sending response 'auth\/storageKey/);
  await bar('Sign in').waitFor();
});

step('a query asks for the sign-in: the code counts down, comes back when it was hidden, and can be cancelled', async () => {
  await run();
  const shown = await code();
  await picture('code');
  const before = await list().locator('.quick-input-title').innerText();
  await page.waitForFunction((text) => document.querySelector('.quick-input-title')?.textContent !== text, before);
  await page.keyboard.press('Escape');
  await bar(`Code ${shown}`).click();
  assert.equal(await code(), shown);
  await editor.pick('Cancel');
  await editor.results.getByText('Sign-in was cancelled').waitFor();
  await picture('cancelled');
  assert.equal(await toast('Sign-in was cancelled').count(), 0); // nobody is told what they just did
  await editor.results.getByRole('button', { name: 'Run again' }).click();
  await toast('Sign-in was cancelled').locator('.monaco-button').filter({ hasText: 'Sign in' }).waitFor();
  await editor.command('Notifications: Clear All Notifications');
});

step('from the palette: a way, the code in the browser, and who it is in the status bar', async () => {
  await editor.command('Calypso: Sign In');
  await list().locator('.monaco-list-row').filter({ hasText: 'Azure CLI' }).waitFor();
  await picture('ways');
  await list().locator('.monaco-list-row').filter({ has: page.getByText('Code', { exact: true }) }).first().click();
  const shown = await code();
  const opened = page.context().waitForEvent('page');
  await editor.pick('Copy code and open browser');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Open' }).click();
  const authorityPage = await opened;
  await authorityPage.locator('#code').fill(await editor.clipboard(shown));
  await authorityPage.locator('#approve').click();
  await authorityPage.locator('#done').waitFor();
  await authorityPage.close();
  await bar(fake.user).waitFor();
  await list().waitFor({ state: 'hidden' });
  await picture('signed-in');
});

step('a query runs on the cluster, which takes nothing but the token; the schema that was refused is there', async () => {
  await run();
  await editor.results.getByText('3 rows').waitFor();
  await editor.cell(0, 0).waitFor();
  await picture('rows');
  const asked = async () => (await calls()).filter((call) => call.Host === cluster && call.Path.endsWith('/query')).map((call) => call.Authorized);
  await eventually(asked, (authorized) => authorized.length > 0 && authorized.every(Boolean));
  // The schema is there, too, so that none of its calls is under way any more.
  await editor.hover('State', /string/);
});

step('a token that was taken back is renewed without a word', async () => {
  const before = (await calls()).length;
  await turn('revoke-access');
  await run();
  await eventually(async () => {
    const after = (await calls()).slice(before).filter((call) => call.Grant === 'refresh_token' || call.Path.endsWith('/query'));
    return after.map((call) => call.Grant || (call.Authorized ? 'rows' : '401'));
  }, ['401', 'refresh_token', 'rows']);
  await editor.results.getByText('3 rows').waitFor();
  assert.equal(await list().count(), 0);
});

step('a refusal says who was refused, and offers another tenant', async () => {
  await turn('knobs', { fault: { host: cluster, status: 403, body: '{"error":{"code":"Forbidden","message":"Caller is not authorized","@type":"Kusto.Common.Svc.Exceptions.UnauthorizedDatabaseAccessException","@message":"Principal is not authorized to read database","@permanent":true}}' } });
  await run();
  const words = `Signed in as ${fake.user}`;
  await editor.results.getByText(words).waitFor();
  await toast(words).locator('.monaco-button').filter({ hasText: 'Switch tenant' }).waitFor();
  await picture('refused');
  await turn('knobs', { fault: { status: 0 } });
  await toast(words).locator('.monaco-button').filter({ hasText: 'Switch tenant' }).click();
  await list().locator('input').fill('fabrikam.example');
  await picture('tenant');
  await page.keyboard.press('Enter');
  await editor.results.getByText('3 rows').waitFor(); // one sign-in serves another tenant too
  await eventually(calls, (made) => made.some((call) => call.Tenant === 'fabrikam.example' && call.Grant === 'refresh_token'));
});

step('a cluster that is in another tenant says so: that one is offered, and asked only after a yes', async () => {
  const other = '44444444-4444-4444-4444-444444444444';
  await turn('knobs', { tenants: { [cluster]: other } });
  await run();
  const words = `It names the tenant ${other}.`;
  await editor.results.getByText(words).waitFor();
  await picture('named');
  assert.ok(!(await calls()).some((call) => call.Tenant === other && call.Grant !== ''));
  await toast(words).locator('.monaco-button').filter({ hasText: 'Switch tenant' }).click();
  await list().getByText('The cluster names this tenant.').waitFor();
  await eventually(() => list().locator('input[type=text]').inputValue(), other);
  await picture('named-tenant');
  await page.keyboard.press('Enter');
  await editor.results.getByText('3 rows').waitFor();
  await turn('knobs', { tenants: {} });
});

step('Show Account says who, where, and what is saved', async () => {
  await bar(fake.user).click();
  await list().locator('.monaco-list-row').filter({ hasText: 'VS Code keeps the key' }).waitFor();
  await list().locator('.monaco-list-row').filter({ hasText: `https://${cluster}` }).first().waitFor();
  await picture('account');
  await page.keyboard.press('Escape');
});

step('the window is loaded again: still signed in', async () => {
  await editor.open();
  await editor.file('storms.kql');
  await editor.ready();
  await bar(fake.user).waitFor();
  await run();
  await editor.results.getByText('3 rows').waitFor();
});

step('signed out: a query asks again; a refusal at the authority and an expired code say so', async () => {
  await editor.command('Calypso: Sign Out');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
  await bar('Sign in').waitFor();
  await run();
  await turn(`decline?code=${await code()}`);
  await toast('Sign-in was cancelled').waitFor();
  await turn('knobs', { codeSeconds: 2 });
  await toast('Sign-in was cancelled').locator('.monaco-button').filter({ hasText: 'Sign in' }).click();
  const again = toast('The code expired').locator('.monaco-button').filter({ hasText: 'New code' });
  await again.waitFor();
  await picture('expired');
  await turn('knobs', { codeSeconds: 900 });
  await again.click();
  const first = await code();
  await editor.pick('Use another way');
  await list().locator('.monaco-list-row').filter({ has: page.getByText('Code', { exact: true }) }).first().click();
  await eventually(code, (now) => now !== first);
  await turn(`approve?code=${await code()}`);
  await bar(fake.user).waitFor();
  await editor.results.getByText('3 rows').waitFor(); // what failed is run again
});

step('a policy against codes names the other ways', async () => {
  await editor.command('Calypso: Sign Out');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
  await bar('Sign in').waitFor();
  const body = JSON.stringify({ error: 'access_denied', error_description: 'AADSTS53003: Access has been blocked by Conditional Access policies.', error_codes: [53003] });
  await turn('knobs', { fault: { grant: 'devicecode', status: 400, body } });
  await run();
  const refused = toast('AADSTS53003');
  for (const way of ['VS Code account', 'az login']) {
    await refused.locator('.monaco-button').filter({ hasText: way }).waitFor();
  }
  await refused.locator('.monaco-button').filter({ hasText: 'Browser' }).waitFor({ state: 'detached' }); // the page couldn't answer to this editor
  await picture('policy');
  await turn('knobs', { fault: { status: 0 } });
  await refused.locator('.monaco-button').filter({ hasText: 'VS Code account' }).click();
  await page.locator('.monaco-dialog-box').filter({ hasText: 'wants to sign in using Microsoft' }).getByRole('button', { name: 'Cancel' }).click();
  const kept = toast("VS Code wasn't allowed to share your Microsoft account");
  await kept.locator('.monaco-button').filter({ hasText: 'Code' }).click();
  await turn(`approve?code=${await code()}`);
  await editor.results.getByText('3 rows').waitFor();
});

step('nothing secret stands in a log, a trace or any other file, and no request left', () => {
  const found = [];
  const look = (where) => {
    for (const entry of readdirSync(where, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && /FAKE-(RT|AT|DC|AC)|FAKESIG|FAKEPASS/i.test(readFileSync(file, 'latin1'))) {
        found.push(file);
      }
    }
  };
  look(editor.folder);
  assert.deepEqual(found, []);
  const log = editor.log();
  assert.match(log, /Received request 'auth\/prompt/);
  assert.match(log, /Sending response 'auth\/storageKey/);
  assert.match(log, /Sending request 'kusto\/query\/run/);
  assert.doesNotMatch(log, /"userCode"|FK\d{4}XY|"key": "|StormEvents|\nParams/); // what a message holds isn't traced
  assert.deepEqual(editor.faults.filter((fault) => !fault.includes('login.microsoftonline.com')), []);
});
