// What the tests of notebooks share: files of cells, and the way to cells and to the frame that draws their outputs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Editor } from './editor.mjs';

export const cell = (kind, ...text) => ({ kind, text });
export const notebook = (...cells) => `${JSON.stringify({ version: 1, note: 'kept', cells }, null, 2)}\n`;

/** A notebook in the editor's page. */
export class NotebookEditor {
  /** Starts an editor on these files. CALYPSO_THEME is its theme, CALYPSO_PICTURES the folder of pictures where they are wanted. */
  static async start({ name, files, height = 900, userSettings = {} }) {
    const theme = process.env.CALYPSO_THEME;
    const themed = theme === undefined ? userSettings : { ...userSettings, 'workbench.colorTheme': theme };
    return new NotebookEditor(await Editor.start({ name, files, viewport: { width: 1280, height }, userSettings: themed }));
  }

  constructor(editor) {
    this.editor = editor;
    this.page = editor.page;
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
