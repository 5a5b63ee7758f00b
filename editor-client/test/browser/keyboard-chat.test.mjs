// The chat, the account and the server by keyboard alone: each command, and every control of the Chat view.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, KeyboardEditor, line, startAuthority, startCluster, startModel, tab } from './keyboard.mjs';
import { modelConfig, provider } from './model-config.mjs';

const config = (address, ca) => modelConfig(address, { more: provider('Other', address.replace('127.0.0.1', 'localhost')), ca });

let user;

const by = new KeyboardEditor({
  name: 'keyboard-chat',
  files: { 'storms.kql': 'StormEvents\n| where State == "TEXAS"\n| count\n', 'cloud.kql': "#connect cluster('help.kusto.windows.net').database('Samples')\nStormEvents | count\n" },
  prepare: async ({ folder, run }) => {
    const ca = path.join(folder, 'ca.pem');
    const authority = JSON.parse(await run(startAuthority('-ca', ca, '-backend', await run(startCluster()))));
    user = authority.user;
    return {
      home: { '.codex/config.toml': config(await run(startModel()), ca) },
      env: { CALYPSO_TEST_KEY: 'canary-key', HTTPS_PROXY: authority.proxy, NO_PROXY: '127.0.0.1,localhost' },
    };
  },
});
const { step } = by;

let view;
const log = () => view.getByRole('log');
const focus = (locator) => locator.and(view.locator(':focus')).waitFor();
const box = () => view.getByRole('combobox', { name: 'Question or command' });
const button = (name) => view.getByRole('button', { name });
const idle = () => button('Stop').waitFor({ state: 'hidden' });

async function ask(text) {
  await focus(box());
  await by.page.keyboard.insertText(text);
  await by.keys('Enter');
}

/** Presses the button of this name on the way back from the box. */
async function press(name) {
  await button(name).last().waitFor();
  await by.reach(view, name, 'Shift+Tab');
  await by.keys('Enter');
}

step('a question; its query is edited, declined with a reason, approved for the whole chat', async () => {
  await by.editor.file('storms.kql');
  await by.editor.ready();
  await by.run('newChat');
  view = await by.editor.webview('chat');
  await button(/Model: test-model/).waitFor();
  await ask('Which states have the most storms?');
  await press(/^Edit the query$/);
  await focus(view.getByRole('textbox', { name: 'Query to run' }));
  await by.keys('Control+End', 'Control+Shift+Home'); // of Ctrl+A VS Code makes a command, which comes later
  await by.page.keyboard.insertText('StormEvents | summarize Storms = count() by State | top 3 by Storms | render columnchart');
  await by.reach(view, /^Run edited query$/);
  await by.keys('Enter');
  await log().getByText('Edited by you.').waitFor();
  await view.getByRole('img', { name: /^Column chart over State/ }).waitFor();
  await log().getByText('Here is what the data says.').waitFor();
  await idle();
  await focus(box());
  await ask('once more');
  await press(/^Decline$/);
  await focus(view.getByRole('textbox', { name: /Reason for declining/ }));
  await by.page.keyboard.insertText('not now');
  await by.keys('Enter');
  await view.getByRole('article', { name: 'Query, declined' }).waitFor();
  await log().getByText(/it was refused/).waitFor();
  await idle();
  await ask('again');
  await press(/^Approve all in this chat$/);
  await view.getByRole('article', { name: 'Query, done' }).nth(1).waitFor();
  await idle();
  await focus(box());
});

step("the buttons of a query: copied, opened, run, explained, inserted; its rows open, Escape leads back to the box", async () => {
  const query = /summarize Storms = count\(\) by State/;
  await press(/^Copy$/);
  await by.clipboard(query.source);
  await press(/^Run$/);
  const results = await by.editor.webview('results');
  await results.getByText('5 rows').first().waitFor();
  await by.palette('Calypso: Clear Results');
  await results.getByText('No results yet').waitFor();
  await toChat();
  await press(/^Open in Results$/);
  await results.getByText('5 rows').first().waitFor();
  await toChat();
  await press(/^Explain$/);
  await view.getByRole('article', { name: 'Result' }).last().waitFor();
  await toChat();
  await press(/^Open in an editor$/);
  await tab(by.page, 'Untitled');
  await line(by.page, query);
  await by.editor.file('storms.kql');
  await toChat();
  await press(/^Insert into the document$/);
  await line(by.page, query);
  await by.editor.focused(); // a moment after the text: it would close what is opened until then
  await toChat();
  await by.reach(view, /^Sent to the model/, 'Shift+Tab');
  await by.keys('Enter');
  await view.locator('details.sent[open]').last().waitFor();
  await by.keys('Escape');
  await focus(box());
});

/** Goes to the box, from wherever the focus is in the view. */
async function toChat() {
  await by.palette('Calypso Chat: Focus on Calypso Chat View');
  await eventually(() => view.evaluate(() => document.hasFocus() && document.activeElement !== document.body), true);
  await by.keys('Escape');
  await focus(box());
}

step('the view is gone through by Tab', async () => {
  const all = await by.round(view, toChat);
  for (const name of ['Conversation', 'First rows', 'Insert into the document', 'Thoughts']) {
    assert.ok(all.has(name), name);
  }
});

step('a command is completed and run; what it lists is a button; what was asked comes back', async () => {
  await by.page.keyboard.insertText('/ta');
  await view.getByRole('option', { name: /\/tables/ }).waitFor();
  await by.keys('Escape');
  await view.getByRole('option').first().waitFor({ state: 'hidden' });
  await by.page.keyboard.insertText('b');
  await view.getByRole('option', { name: /\/tables/ }).waitFor();
  await by.keys('Tab', 'Enter');
  await press(/^\/schema StormEvents$/);
  await view.getByRole('region', { name: 'Columns of StormEvents' }).waitFor();
  await by.keys('Escape');
  await focus(box());
  await by.keys('ArrowUp');
  await eventually(() => box().inputValue(), '/tables');
  await by.keys('Control+End', 'Control+Shift+Home', 'Delete');
  await eventually(() => box().inputValue(), '');
});

step('the document stays at home, and comes along again', async () => {
  await by.reach(view, /storms\.kql goes along/);
  await by.keys('Enter');
  await by.reach(view, /storms\.kql stays here/);
  await by.keys('Space');
  await by.reach(view, /storms\.kql goes along/);
  await by.keys('Shift+Tab');
  await focus(box());
});

step('an answer is stopped: by its button, and by the command', async () => {
  const byButton = async () => {
    await by.reach(view, /^Stop$/);
    await by.keys('Enter');
    await focus(box());
  };
  for (const stop of [byButton, () => by.run('stopAnswer')]) {
    const before = await log().getByText('Stopped.').count();
    await toChat();
    await ask('answer slowly');
    await button('Stop').waitFor();
    await log().getByText('word word word').last().waitFor();
    await stop();
    await eventually(() => log().getByText('Stopped.').count(), before + 1);
    await idle();
  }
});

step('another model answers; where queries run is changed from the chat', async () => {
  await by.run('chooseModel');
  await by.take(by.page.getByText('other', { exact: true }));
  await toChat();
  await ask('answer slowly');
  await button(/Model: test-model at localhost/).waitFor();
  await button('Stop').waitFor();
  await by.keys('Escape');
  await idle();
  await by.reach(view, /^Queries run on Embedded\/Samples/);
  await by.keys('Enter');
  await by.list.locator('.quick-input-title').filter({ hasText: 'Connection for this document' }).waitFor();
  await by.keys('Escape');
});

step('the query at the caret is explained, mended, made cheaper', async () => {
  const asked = { explainInChat: 'Explain this query step by step', fixInChat: 'Fix this query.', optimiseInChat: 'Make this query cheaper' };
  for (const [command, words] of Object.entries(asked)) {
    await by.run('newChat');
    await focus(box());
    await by.editor.file('storms.kql');
    await by.run(command);
    await log().locator('.user').getByText(words).waitFor();
    await press(/^Approve$/);
    await log().getByText('Here is what the data says.').waitFor();
    await idle();
  }
});

step('an earlier chat comes back from the list', async () => {
  await by.run('newChat');
  await log().getByText('Ask about your data in words').waitFor();
  await by.run('showChats');
  await by.take('Which states have the most storms?');
  await by.take('Open');
  await log().locator('.user').getByText('Which states have the most storms?').waitFor();
});

step('signed in, the account shown, another tenant, signed out', async () => {
  const account = by.page.locator('[id="calypso.calypso.calypso.account"]');
  await by.editor.file('cloud.kql');
  await by.editor.ready();
  await account.filter({ hasText: 'Sign in' }).waitFor();
  await by.run('signIn');
  await by.take('Code');
  await account.filter({ hasText: user }).waitFor();
  await by.list.waitFor({ state: 'hidden' });
  await by.run('switchTenant');
  await by.enter('Tenant for', 'fabrikam.example');
  await by.list.waitFor({ state: 'hidden' });
  await eventually(async () => {
    await by.run('showAccount');
    const title = by.list.locator('.quick-input-title').filter({ hasText: user });
    await title.waitFor();
    const text = await title.innerText();
    await by.keys('Escape');
    await by.list.waitFor({ state: 'hidden' });
    return text;
  }, /tenant fabrikam\.example · help\.kusto/);
  await by.run('signOut');
  await by.answer('Sign Out');
  await account.filter({ hasText: 'Sign in' }).waitFor();
});

step('a secret is stored, the log shown, the server started again', async () => {
  await by.run('storeSecret');
  await by.enter('Store Secret (1/2)', 'canary');
  await by.enter('Store Secret (2/2)', 'worthless');
  await by.page.locator('.statusbar-item').filter({ hasText: 'canary is stored' }).waitFor();
  await by.run('showLog');
  await by.page.locator('.panel .view-line').filter({ hasText: /\[(info|warning)\]/ }).first().waitFor();
  const [before] = await eventually(() => by.editor.serverProcesses(), (found) => found.length === 1);
  await by.run('restartServer');
  await eventually(() => by.editor.serverProcesses(), (found) => found.length === 1 && found[0] !== before);
  await by.editor.file('storms.kql');
  await by.keys('F5');
  await (await by.editor.webview('results')).getByText('1 row').first().waitFor();
  assert.ok(!by.editor.log().includes('worthless'));
});

step('without a model its button opens the file where one is set', async () => {
  writeFileSync(path.join(by.editor.folder, '.codex', 'config.toml'), '');
  await by.editor.open();
  await by.editor.file('storms.kql');
  await by.editor.ready();
  await by.run('newChat');
  view = await by.editor.webview('chat');
  await log().getByText('No model is configured').first().waitFor();
  await press(/^Set up a model$/);
  await tab(by.page, 'config.toml');
});

by.finish();
