// What the tests of notebooks share: files of cells, and the way to cells and to the frame that draws their outputs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';

export const cell = (kind, ...text) => ({ kind, text });
export const notebook = (...cells) => `${JSON.stringify({ version: 1, note: 'kept', cells }, null, 2)}\n`;

/**
 * A notebook in the page of an editor that begins before the tests of a file and ends after them. CALYPSO_THEME is its theme,
 * CALYPSO_PICTURES the folder of pictures where they are wanted.
 */
export class NotebookEditor {
  constructor({ name, files, height = 900, userSettings = {} }) {
    const theme = process.env.CALYPSO_THEME;
    this.step = stepsOf(() => this.editor);
    before(async () => {
      this.editor = await Editor.start({ name, files, viewport: { width: 1280, height }, userSettings: theme === undefined ? userSettings : { ...userSettings, 'workbench.colorTheme': theme } });
      this.page = this.editor.page;
    }, { timeout: 300_000 });
    after(() => this.editor?.close());
  }

  /** The last step of a file. */
  finish() {
    this.step('all along: no request left, no content policy was violated', () => {
      assert.deepEqual(this.editor.faults, []);
    });
  }

  /** Takes a picture of the page, where pictures are wanted. */
  async shot(name) {
    const folder = process.env.CALYPSO_PICTURES;
    return folder !== undefined && this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  /** What a file of the workspace holds. */
  saved(name) {
    return readFileSync(path.join(this.editor.workspace, name), 'utf8');
  }

  get cells() {
    return this.page.locator('.notebook-editor:visible .cell-list-container .code-cell-row');
  }

  async open(name) {
    await (await this.editor.ask('Control+p')).fill(name);
    await this.page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: name }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** The document that draws the outputs of the notebook in front. */
  outputs(text) {
    return this.editor.frame('.calypso, .output_container', text);
  }

  /** Puts the caret into a cell. */
  async enter(index) {
    await this.cells.nth(index).locator('.view-line').first().click();
    await this.cells.nth(index).locator('.monaco-editor.focused').waitFor();
  }

  async save() {
    await this.page.keyboard.press('Control+s');
    await this.page.locator('.tab.active:not(.dirty)').waitFor();
  }
}
