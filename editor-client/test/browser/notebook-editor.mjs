// What the tests of notebooks share: files of cells, and the way to cells and to the frame that draws their outputs.
export const cell = (kind, ...text) => ({ kind, text });
export const notebook = (...cells) => `${JSON.stringify({ version: 1, note: 'kept', cells }, null, 2)}\n`;

/** A notebook in the editor's page. */
export class NotebookEditor {
  constructor(editor) {
    this.editor = editor;
    this.page = editor.page;
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
