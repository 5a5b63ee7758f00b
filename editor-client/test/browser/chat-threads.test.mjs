// What goes on around an answer, in the real editor: a word to an answer under way, queries for the editor, more rows for the model,
// what fails with the button that helps, chats renamed, forked, exported and deleted, another model.
import { ChatEditor } from './chat-editor.mjs';

const provider = (name, address) => `
[model_providers.${name}]
name = "${name}"
base_url = "${address}"
env_key = "CALYPSO_TEST_KEY"
auth_header_type = "api_key"
request_max_retries = 2
prices."test-model" = { input = 2.5, cached_input = 1.25, output = 10, currency = "USD" }
`;
const config = (address) => `model = "test-model"\nmodel_provider = "local"\n${provider('local', address)}${provider('other', address)}`;

const chat = new ChatEditor({ name: 'chat-threads', config, files: { 'storms.kql': 'StormEvents\n| take 5\n' } });
const step = (name, action) => chat.step(name, action);
const said = (text) => chat.log.locator('.user').filter({ hasText: text });
const row = (text) => chat.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text });

/** Opens the list of chats when it has so many of a name; what was done before may still be under way. */
async function chats(name, count) {
  for (;;) {
    await chat.page.locator('.action-label[aria-label*="Show Chats"]:visible').first().click(); // the view's own button
    await chat.page.locator('.quick-input-widget:visible').getByText('Chats', { exact: true }).waitFor();
    await row(/Samples/).first().waitFor();
    if ((await row(name).count()) === count) {
      return;
    }
    await chat.page.keyboard.press('Escape');
    await chat.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }
}

step('a word to an answer under way joins it', async () => {
  await chat.begin('storms.kql');
  await chat.view.getByRole('button', { name: /Model: test-model/ }).waitFor();
  await chat.ask('Which states have the most storms?');
  await chat.view.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await chat.ask('and leave out Texas');
  await chat.approve();
  await said('and leave out Texas').waitFor();
  await chat.view.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await chat.picture('t1-steered');
  await chat.approve();
  await chat.log.getByText('Here is what the data says.').waitFor();
  await chat.idle();
});

step('tokens, their cost and how full the context is are shown', async () => {
  await chat.view.getByText(/^[\d,]+ tokens · \d+\.\d+ USD · \d+% of context$/).waitFor();
});

step('the model reads on in a result only with a yes', async () => {
  await chat.ask('show me more rows');
  await chat.approve();
  await chat.view.getByRole('group', { name: "Let the model read rows 51 to 60 of this query's result?" }).waitFor();
  await chat.picture('t2-read-on');
  await chat.approve();
  await chat.view.getByRole('article', { name: 'More rows, done' }).getByText(/Sent to the model: 10 rows/).waitFor();
  await chat.idle();
});

step('a query is put into the document, and another opened, each with a yes', async () => {
  await chat.ask('insert it');
  await chat.view.getByRole('group', { name: 'Insert this query into storms.kql?' }).waitFor();
  await chat.picture('t3-insert');
  await chat.approve();
  await chat.page.locator('.view-line').filter({ hasText: /take.8/ }).waitFor();
  await chat.idle();
  await chat.ask('open it');
  await chat.view.getByRole('group', { name: 'Open this query in an editor?' }).waitFor();
  await chat.approve();
  await chat.page.locator('.tab.active').filter({ hasText: /Untitled/ }).waitFor();
  await chat.page.locator('.view-line').filter({ hasText: /Storms.in.Texas/ }).waitFor();
  await chat.idle();
});

step('/schema completes tables by name', async () => {
  await chat.editor.file('storms.kql');
  await chat.find();
  await chat.box.fill('/schema pop');
  await chat.view.getByRole('option', { name: /PopulationData/ }).waitFor();
  await chat.picture('t4-complete');
  await chat.box.press('Tab');
  await chat.box.press('Enter');
  await chat.view.getByRole('region', { name: 'Columns of PopulationData' }).waitFor();
});

step('a crowded endpoint is waited for, a full context makes room', async () => {
  await chat.ask('crowded');
  await chat.log.getByText(/Trying again \(1 of 2\) in 2 s/).waitFor();
  await chat.picture('t5-retry');
  await chat.approve();
  await chat.idle();
  await chat.ask('overflow');
  await chat.log.getByText('The conversation so far was summarised to make room.').waitFor();
  await chat.approve();
  await chat.idle();
});

step('a refused key says which, with buttons; errors and notices are there after a reload', async () => {
  await chat.ask('locked out');
  const error = chat.view.getByRole('article', { name: 'Error' });
  await error.getByText(/CALYPSO_TEST_KEY/).waitFor();
  await error.getByRole('button', { name: 'Ask again' }).waitFor();
  await chat.picture('t6-error');
  await chat.idle();
  await chat.ask('answer slowly');
  await chat.log.getByText('word word').waitFor();
  await chat.view.getByRole('button', { name: 'Stop' }).click();
  await chat.log.getByText('Stopped.').waitFor();
  await chat.reload('storms.kql', 'Default Dark Modern', 'vscode-dark');
  await chat.log.getByText('Stopped.').waitFor();
  await chat.view.getByRole('article', { name: 'Error' }).getByRole('button', { name: 'Set up a model' }).waitFor();
  await chat.picture('t7-reloaded');
});

step('a chat is renamed, forked, exported', async () => {
  await chats('Which states have the most storms?', 1);
  await chat.editor.pick('Which states have the most storms?');
  await chat.editor.pick('Rename');
  const input = chat.page.locator('.quick-input-widget:visible input');
  await chat.page.locator('.quick-input-widget:visible').getByText('Its new name').waitFor();
  await input.fill('Storms by state');
  await chat.page.keyboard.press('Enter');
  await chat.page.locator('.quick-input-widget').waitFor({ state: 'hidden' }); // the name is judged first
  await chats('Storms by state', 1);
  await chat.editor.pick('Storms by state');
  await row('Fork').waitFor();
  await chat.picture('t8-chat');
  await chat.editor.pick('Fork');
  await chats('Storms by state', 2);
  await chat.editor.pick('Storms by state');
  await chat.editor.pick('Export as Markdown');
  await chat.page.locator('.view-line').filter({ hasText: /#.Storms.by.state/ }).first().waitFor();
});

step('a chat is deleted with a yes, and the view begins anew where it was shown', async () => {
  await chat.find();
  await chat.ask('/help'); // makes sure that the view shows the fork
  await chat.view.getByRole('region', { name: 'Commands' }).waitFor();
  for (const left of [2, 1]) {
    await chats('Storms by state', left);
    await chat.editor.pick('Storms by state');
    await chat.editor.pick('Delete');
    await chat.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await chat.page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  await chat.log.getByText('Ask about your data in words').waitFor();
});

step('another provider is chosen', async () => {
  await chat.reload('storms.kql', 'Default High Contrast', 'vscode-high-contrast');
  await chat.view.getByRole('button', { name: /Model: test-model/ }).click();
  await chat.editor.pick('other');
  await chat.ask('Which states have the most storms?');
  await chat.view.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await chat.picture('t9-contrast');
  await chat.approve();
  await chat.idle();
});

step('nothing left the machine, and the log holds no key, no rows and no question', async () => {
  chat.silent('canary-key', 'TEXAS', 'most storms', 'leave out');
});
