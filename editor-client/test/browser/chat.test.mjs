// The chat in the real editor against a model endpoint on this machine: a question streams, its query is approved, its rows are
// shown and put into the document, an answer is stopped; without a model the commands work.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Editor } from './editor.mjs';

const files = { 'storms.kql': 'StormEvents\n| take 5\n', 'empty.kql': '\n' };

/** A model endpoint that holds a conversation. */
async function startModel() {
  const child = spawn(process.env.CALYPSO_FAKE_MODEL, [], { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the model endpoint ended')));
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
  });
  return { address, stop: () => child.kill('SIGINT') };
}

const config = (address) => `model = "test-model"
model_provider = "local"

[model_providers.local]
name = "Local"
base_url = "${address}"
env_key = "CALYPSO_TEST_KEY"
auth_header_type = "api_key"
wire_api = "responses"

[model_providers.other]
name = "Other"
base_url = "${address}"
env_key = "CALYPSO_TEST_KEY"
auth_header_type = "api_key"
`;

const shots = process.env.CALYPSO_PICTURES;
let editor;
let page;
let model;
let chat;

before(async () => {
  model = await startModel();
  editor = await Editor.start({
    name: 'chat',
    files,
    home: { '.codex/config.toml': config(model.address) },
    env: { CALYPSO_TEST_KEY: 'canary-key' },
    userSettings: { 'chat.disableAIFeatures': false }, // else the editor lists no MCP servers
  });
  page = editor.page;
}, { timeout: 120_000 });
after(async () => {
  await editor?.close();
  model?.stop();
});

let broken = false;

// Each step goes on where the one before it left off: after one that failed the others would only wait in vain.
const step = (name, action) =>
  test(name, { timeout: 60_000 }, async () => {
    assert.ok(!broken, 'an earlier step failed');
    broken = true;
    await editor.keep(name, action);
    broken = false;
  });
const picture = async (name) => shots !== undefined && (await page.screenshot({ path: path.join(shots, `${name}.png`) }));
const box = () => chat.getByRole('combobox', { name: 'Question or command' });
const ask = async (text) => {
  await box().fill(text);
  await box().press('Enter');
};
// What is said to a screen reader stands beside the conversation once more.
const log = () => chat.getByRole('log');
const calls = () => chat.getByRole('article', { name: /^Query/ });
const idle = () => chat.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });

step('the chat opens in the side bar and says which model answers and where queries run', async () => {
  await editor.file('storms.kql');
  await editor.ready();
  await editor.command('Calypso: New Chat');
  chat = await editor.webview('chat');
  await log().getByText('Ask about your data in words').waitFor();
  await chat.getByRole('button', { name: /Model: test-model/ }).waitFor();
  await chat.getByRole('button', { name: /Queries run on Embedded \/ Samples/ }).waitFor();
  await picture('1-empty');
});

step('a question streams, and its query waits for a yes', async () => {
  await ask('Which states have the most storms?');
  await chat.getByRole('group', { name: 'Run this query?' }).waitFor();
  await calls().first().getByText('summarize Storms = count() by State').waitFor();
  await log().getByText(/The model gets at most 50 rows/).waitFor();
  await picture('2-approval');
});

step('approved, it runs: rows and what the model got are shown, then the answer', async () => {
  await chat.getByRole('button', { name: 'Approve', exact: true }).click();
  const first = calls().first();
  await first.getByRole('cell', { name: 'TEXAS' }).waitFor();
  await first.getByText('5 rows').first().waitFor();
  await first.getByText(/Sent to the model: 5 rows of 2 columns/).waitFor();
  await log().getByText('Here is what the data says.').waitFor();
  await idle();
  await picture('3-answer');
});

step('the rows open in the Results panel', async () => {
  await calls().first().getByRole('button', { name: 'Open in Results' }).click();
  const results = await editor.webview('results');
  await results.getByRole('gridcell').filter({ hasText: 'TEXAS' }).first().waitFor();
});

step('Insert puts the query behind the one at the caret', async () => {
  await editor.file('storms.kql');
  await editor.caret(1);
  chat = await editor.webview('chat');
  await chat.getByRole('article', { name: 'Answer' }).first().getByRole('button', { name: 'Insert into the document' }).click();
  await page.locator('.view-line').filter({ hasText: /top.5.by.Storms/ }).waitFor();
  await page.locator('.editor-instance .monaco-editor.focused').waitFor(); // the document gets the focus a moment after the text
  await page.keyboard.press('Control+s');
  await page.waitForFunction(() => document.querySelector('.tab.active.dirty') === null);
  assert.equal(readFileSync(path.join(editor.workspace, 'storms.kql'), 'utf8'), 'StormEvents\n| take 5\n\nStormEvents\n| summarize Storms = count() by State\n| top 5 by Storms\n');
  await picture('4-inserted');
});

step('a wrong query is repaired before anybody is asked; edited and declined queries do as they are told', async () => {
  await ask('something wrong');
  await chat.getByRole('article', { name: 'Query, failed' }).getByText(/Stat/).first().waitFor();
  await chat.getByRole('button', { name: 'Edit the query' }).click();
  await chat.getByRole('textbox', { name: 'Query to run' }).fill('StormEvents | summarize Storms = count() by State | top 3 by Storms | render columnchart');
  await chat.getByRole('button', { name: 'Run edited query' }).click();
  await log().getByText('Edited by you.').waitFor();
  await chat.getByRole('img', { name: /columnchart of Storms by State/ }).waitFor();
  await idle();
  await picture('5-edited');
  await ask('again');
  await chat.getByRole('button', { name: 'Decline' }).click();
  await chat.getByRole('textbox', { name: /Reason for declining/ }).fill('not now');
  await chat.getByRole('button', { name: 'Decline' }).click();
  await chat.getByRole('article', { name: 'Query, declined' }).waitFor();
  await log().getByText('I couldn\'t run that: it was refused.').waitFor();
  await idle();
});

step('Stop stops an answer', async () => {
  await ask('answer slowly');
  await log().getByText('word word word').waitFor();
  await picture('6-streaming');
  await chat.getByRole('button', { name: 'Stop' }).click();
  await log().getByText('Stopped.').waitFor();
  await idle();
});

step('a command runs without the model; completion by keyboard', async () => {
  await box().fill('/ta');
  await chat.getByRole('option', { name: /\/tables/ }).waitFor();
  await box().press('Tab');
  await box().press('Enter');
  await chat.getByRole('button', { name: 'Schema of StormEvents' }).click();
  await chat.getByRole('region', { name: 'Columns of StormEvents' }).getByRole('cell', { name: 'EventType' }).waitFor();
  await ask('/run StormEvents | count');
  await chat.getByRole('article', { name: 'Result' }).last().getByRole('cell', { name: /^\d+$/ }).waitFor();
  await ask('/run .drop table StormEvents');
  await log().getByText("This query isn't allowed").waitFor();
  await picture('7-commands');
});

step("the editor's own models find the tools as an MCP server", async () => {
  await editor.command('MCP: List Servers');
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Calypso' }).waitFor();
  await picture('7-mcp');
  await page.keyboard.press('Escape');
});

/** Loads the window again, in another theme. */
async function reload(theme, kind) {
  const file = path.join(editor.folder, 'data', 'User', 'settings.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), 'workbench.colorTheme': theme }));
  await editor.open();
  await editor.file('storms.kql');
  await editor.ready();
  await editor.command('Calypso Chat: Focus on Calypso Chat View');
  chat = await editor.webview('chat');
  await chat.locator(`body.${kind}`).waitFor();
}

step('after a reload of the window the chat is there again, and stands in the list', async () => {
  await reload('Default Dark Modern', 'vscode-dark');
  await log().getByText('Which states have the most storms?').waitFor();
  await calls().first().getByRole('cell', { name: 'TEXAS' }).waitFor();
  await editor.command('Calypso: Show Chats');
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Which states have the most storms?' }).waitFor();
  await picture('8-threads');
  await page.keyboard.press('Escape');
});

step('explain sends the query at the caret to the chat', async () => {
  await editor.caret(1);
  await editor.command('Calypso: Explain Query in Chat');
  await log().getByText('Explain this query step by step').waitFor();
  await chat.getByRole('button', { name: 'Approve all in this chat' }).waitFor();
  await picture('9-explain');
  await chat.getByRole('button', { name: 'Approve all in this chat' }).click();
  await log().getByText('Here is what the data says.').last().waitFor();
  await idle();
  await picture('9-explained');
});

step('without a model it says what to set, and the commands work', async () => {
  writeFileSync(path.join(editor.folder, '.codex', 'config.toml'), '');
  await reload('Default High Contrast', 'vscode-high-contrast');
  await editor.command('Calypso: New Chat');
  await log().getByText("No model is configured, so questions in words can't be answered.").waitFor();
  await chat.getByRole('button', { name: 'Set up a model' }).first().waitFor();
  await picture('10-no-model');
  await ask('how many storms?');
  await chat.getByRole('article', { name: 'Setup' }).waitFor();
  await ask('/sample PopulationData 3');
  await chat.getByRole('article', { name: 'Result' }).getByText('3 rows').waitFor();
  await picture('11-sample');
});

step('nothing left the machine, and the log holds no key, no rows and no question', async () => {
  assert.deepEqual(editor.faults, []);
  const written = editor.log();
  for (const secret of ['canary-key', 'TEXAS', 'most storms']) {
    assert.ok(!written.includes(secret), secret);
  }
});
