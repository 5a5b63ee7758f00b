// The chat in the real editor against a model endpoint on this machine, and what a user does there.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';
import { start } from './program.mjs';

const shots = process.env.CALYPSO_PICTURES;

/** Begins before the tests of a file and ends after them; config gives config.toml for the endpoint's address. */
export class ChatEditor {
  constructor({ name, config, ...options }) {
    this.step = stepsOf(() => this.editor);
    before(async () => {
      this.model = start(process.env.CALYPSO_FAKE_MODEL, []);
      this.editor = await Editor.start({ name, home: { '.codex/config.toml': config(await this.model.line) }, env: { CALYPSO_TEST_KEY: 'canary-key' }, ...options });
      this.page = this.editor.page;
    }, { timeout: 300_000 });
    after(async () => {
      await this.editor?.close();
      this.model?.stop();
    });
  }

  async picture(name) {
    if (shots !== undefined) {
      await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
    }
  }

  /** The view's frame is another one after a reload, and may be after a while out of sight. */
  async find() {
    this.view = await this.editor.webview('chat');
  }

  get box() {
    return this.view.getByRole('combobox', { name: 'Question or command' });
  }

  async ask(text) {
    await this.box.fill(text);
    await this.box.press('Enter');
  }

  /** What is said to a screen reader stands beside the conversation once more. */
  get log() {
    return this.view.getByRole('log');
  }

  approve() {
    return this.view.getByRole('button', { name: 'Approve', exact: true }).click();
  }

  idle() {
    return this.view.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
  }

  /** Opens the document and an empty chat beside it. */
  async begin(file) {
    await this.editor.file(file);
    await this.editor.ready();
    await this.editor.command('Calypso: New Chat');
    await this.find();
  }

  /** Loads the window again, in another theme; kind is the class that the view's body has in it. */
  async reload(file, theme, kind) {
    this.editor.configure({ 'workbench.colorTheme': theme });
    await this.editor.open();
    await this.editor.file(file);
    await this.editor.ready();
    await this.editor.command('Calypso Chat: Focus on Calypso Chat View');
    await this.find();
    await this.view.locator(`body.${kind}`).waitFor();
  }

  /** Nothing left the machine, and the log holds none of these. */
  silent(...secrets) {
    assert.deepEqual(this.editor.faults, []);
    const written = this.editor.log();
    for (const secret of secrets) {
      assert.ok(!written.includes(secret), secret);
    }
  }
}
