// The chat in the real editor against a model endpoint on this machine: a question streams, its query is approved, its rows are
// shown and put into the document, an answer is stopped; without a model the commands work.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ChatEditor } from './chat-editor.mjs';
import { eventually } from './eventually.mjs';
import { modelConfig, provider } from './model-config.mjs';

const files = { 'storms.kql': 'StormEvents\n| take 5\n', 'empty.kql': '\n' };

const also = 'auth_header_type = "api_key"\n';
const config = (address) => modelConfig(address, { also: `${also}wire_api = "responses"\n`, more: provider('Other', address, also) });

// Without the user's setting the editor lists no MCP servers.
const chat = new ChatEditor({ name: 'chat', config, files, userSettings: { 'chat.disableAIFeatures': false } });
const step = (name, action) => chat.step(name, action);
const calls = () => chat.view.getByRole('article', { name: /^Query/ });

step('the chat opens in the side bar and says which model answers and where queries run', async () => {
  await chat.begin('storms.kql');
  await chat.log.getByText('Ask about your data in words').waitFor();
  await chat.view.getByRole('button', { name: /Model: test-model/ }).waitFor();
  await chat.view.getByRole('button', { name: /Queries run on Embedded\/Samples/ }).waitFor();
  await chat.picture('1-empty');
});

step('a question streams, and its query waits for a yes', async () => {
  await chat.ask('Which states have the most storms?');
  await chat.view.getByRole('group', { name: 'Run this query?' }).waitFor();
  await calls().first().getByText('summarize Storms = count() by State').waitFor();
  await chat.log.getByText(/The model gets at most 50 rows/).waitFor();
  await chat.picture('2-approval');
});

step('approved, it runs: rows and what the model got are shown, then the answer', async () => {
  await chat.view.getByRole('button', { name: 'Approve', exact: true }).click();
  const first = calls().first();
  await first.getByRole('cell', { name: 'TEXAS' }).waitFor();
  await first.getByText('5 rows').first().waitFor();
  await first.getByText(/Sent to the model: 5 rows of 2 columns/).waitFor();
  await chat.log.getByText('Here is what the data says.').waitFor();
  await chat.idle();
  await chat.picture('3-answer');
});

step('the rows open in the Results panel', async () => {
  await calls().first().getByRole('button', { name: 'Open in Results' }).click();
  const results = await chat.editor.webview('results');
  await results.getByRole('gridcell').filter({ hasText: 'TEXAS' }).first().waitFor();
});

step('Insert puts the query behind the one at the caret', async () => {
  await chat.editor.file('storms.kql');
  await chat.editor.caret(1);
  await chat.find();
  await chat.view.getByRole('article', { name: 'Answer' }).first().getByRole('button', { name: 'Insert into the document' }).click();
  await chat.page.locator('.view-line').filter({ hasText: /top.5.by.Storms/ }).waitFor();
  await chat.editor.focused(); // the document gets the focus a moment after the text
  await chat.page.keyboard.press('Control+s');
  await eventually(() => readFileSync(path.join(chat.editor.workspace, 'storms.kql'), 'utf8'), 'StormEvents\n| take 5\n\nStormEvents\n| summarize Storms = count() by State\n| top 5 by Storms\n');
  await chat.picture('4-inserted');
});

step('a wrong query is repaired before anybody is asked; edited and declined queries do as they are told', async () => {
  await chat.ask('something wrong');
  await chat.view.getByRole('article', { name: 'Query, failed' }).getByText(/Stat/).first().waitFor();
  await chat.view.getByRole('button', { name: 'Edit the query' }).click();
  await chat.view.getByRole('textbox', { name: 'Query to run' }).fill('StormEvents | summarize Storms = count() by State | top 3 by Storms | render columnchart');
  await chat.view.getByRole('button', { name: 'Run edited query' }).click();
  await chat.log.getByText('Edited by you.').waitFor();
  await chat.view.getByRole('img', { name: /^Column chart over State: 3 values/ }).waitFor();
  await chat.idle();
  await chat.picture('5-edited');
  await chat.ask('again');
  await chat.view.getByRole('button', { name: 'Decline' }).click();
  await chat.view.getByRole('textbox', { name: /Reason for declining/ }).fill('not now');
  await chat.view.getByRole('button', { name: 'Decline' }).click();
  await chat.view.getByRole('article', { name: 'Query, declined' }).waitFor();
  await chat.log.getByText('I couldn\'t run that: it was refused.').waitFor();
  await chat.idle();
});

step('Stop stops an answer', async () => {
  await chat.ask('answer slowly');
  await chat.log.getByText('word word word').waitFor();
  await chat.picture('6-streaming');
  await chat.view.getByRole('button', { name: 'Stop' }).click();
  await chat.log.getByText('Stopped.').waitFor();
  await chat.idle();
});

step('a command runs without the model; completion by keyboard', async () => {
  await chat.box.fill('/ta');
  await chat.view.getByRole('option', { name: /\/tables/ }).waitFor();
  await chat.box.press('Tab');
  await chat.box.press('Enter');
  await chat.view.getByRole('button', { name: '/schema StormEvents' }).click();
  await chat.view.getByRole('region', { name: 'Columns of StormEvents' }).getByRole('cell', { name: 'EventType' }).waitFor();
  await chat.ask('/run StormEvents | count');
  await chat.view.getByRole('article', { name: 'Result' }).last().getByRole('cell', { name: /^\d+$/ }).waitFor();
  await chat.ask('/explain StormEvents | where State == "TEXAS" | count');
  await chat.log.getByText('Gives one row with the number of rows').waitFor();
  await chat.picture('7-explain');
  await chat.ask('/run .drop table StormEvents');
  await chat.log.getByText("This query isn't allowed").waitFor();
  await chat.picture('7-commands');
});

step("the editor's own models find the tools as an MCP server", async () => {
  await chat.editor.command('MCP: List Servers');
  await chat.editor.pick('Calypso');
  await chat.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Start Server' }).waitFor();
  await chat.picture('7-mcp');
  await chat.editor.pick('Start Server');
  // The editor asks the program for its tools, and shows in its log how many it got.
  await chat.page.locator('.view-line').filter({ hasText: /Discovered.8.tools/ }).first().waitFor();
  await chat.picture('7-mcp-started');
});

step('after a reload of the window the chat is there again, and stands in the list', async () => {
  await chat.reload('storms.kql', 'Default Dark Modern', 'vscode-dark');
  await chat.log.getByText('Which states have the most storms?').waitFor();
  await calls().first().getByRole('cell', { name: 'TEXAS' }).waitFor();
  await chat.editor.command('Calypso: Show Chats');
  await chat.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Which states have the most storms?' }).waitFor();
  await chat.picture('8-threads');
  await chat.page.keyboard.press('Escape');
});

step('explain sends the query at the caret to the chat', async () => {
  await chat.editor.caret(1);
  await chat.editor.command('Calypso: Explain Query in Chat');
  await chat.log.getByText('Explain this query step by step').waitFor();
  await chat.view.getByRole('button', { name: 'Approve all in this chat' }).waitFor();
  await chat.picture('9-explain');
  await chat.view.getByRole('button', { name: 'Approve all in this chat' }).click();
  await chat.log.getByText('Here is what the data says.').last().waitFor();
  await chat.idle();
  await chat.picture('9-explained');
});

step('without a model it says what to set, and the commands work', async () => {
  writeFileSync(path.join(chat.editor.folder, '.codex', 'config.toml'), '');
  await chat.reload('storms.kql', 'Default High Contrast', 'vscode-high-contrast');
  await chat.editor.command('Calypso: New Chat');
  await chat.log.getByText("No model is configured, so questions in words can't be answered.").waitFor();
  await chat.view.getByRole('button', { name: 'Set up a model' }).first().waitFor();
  await chat.picture('10-no-model');
  await chat.ask('how many storms?');
  await chat.view.getByRole('article', { name: 'Setup' }).waitFor();
  await chat.ask('/sample PopulationData 3');
  await chat.view.getByRole('article', { name: 'Result' }).getByText('3 rows').waitFor();
  await chat.picture('11-sample');
});

step('commands and what they gave, and a question nobody could answer, are there after a reload', async () => {
  await chat.ask('/tables');
  await chat.view.getByRole('button', { name: '/schema StormEvents' }).waitFor();
  await chat.reload('storms.kql', 'Default High Contrast', 'vscode-high-contrast');
  await chat.log.getByText('/sample PopulationData 3').waitFor();
  await chat.log.getByText('how many storms?').waitFor();
  await chat.view.getByRole('article', { name: 'Setup' }).waitFor();
  await chat.view.getByRole('button', { name: '/schema StormEvents' }).waitFor();
  await chat.picture('12-after-a-reload');
});

step('nothing left the machine, and the log holds no key, no rows and no question', async () => {
  chat.silent('canary-key', 'TEXAS', 'most storms');
});
