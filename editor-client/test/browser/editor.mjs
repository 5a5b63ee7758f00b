// A real VS Code in a real browser with the packed extension in it, and what a user does there. One for each test file: its
// run folder is the whole world of that editor.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEditor } from '../../../scripts/browser-editor.mjs';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { launch, watch } from './chromium.mjs';
import { eventually } from './eventually.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

// Quick and without surprises; what a user would have on stays on.
const settings = {
  'workbench.reduceMotion': 'on',
  'files.autoSave': 'off',
  'editor.accessibilitySupport': 'off',
  'editor.hover.delay': 100,
};

// VS Code answers these itself, by a service worker: they never reach the network.
const webviewFiles = '.vscode-resource.vscode-cdn.net';

/**
 * The steps of a file. Each goes on where the one before left off: after one that failed the others would only wait in vain. The limit
 * is for what hangs; a slow machine is no fault.
 */
export function stepsOf(editor) {
  let broken = false;
  return (name, action) => test(name, { timeout: 300_000 }, async (t) => {
    if (broken) {
      t.skip('an earlier step failed');
      return;
    }
    broken = true;
    await editor().keep(name, () => action(t));
    broken = false;
  });
}

export class Editor {
  /** Starts an editor on a folder with these files; home are files of the person's own. `name` is for what is kept of a failed case. */
  static async start({ name, files = {}, home = {}, env = {}, userSettings = {}, machineSettings = {}, viewport = { width: 1280, height: 800 }, scale = 1 }) {
    const vsix = process.env.CALYPSO_VSIX;
    if (vsix === undefined) {
      throw new Error('CALYPSO_VSIX is not set: start these tests by "npm test -- browser"');
    }
    const editor = new Editor();
    editor.name = name;
    editor.folder = temporary();
    editor.workspace = path.join(editor.folder, 'workspace');
    mkdirSync(editor.workspace);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(editor.workspace, file)), { recursive: true });
      writeFileSync(path.join(editor.workspace, file), text);
    }
    for (const [file, text] of Object.entries(home)) {
      mkdirSync(path.dirname(path.join(editor.folder, file)), { recursive: true });
      writeFileSync(path.join(editor.folder, file), text);
    }
    mkdirSync(path.join(editor.folder, 'data', 'Machine'), { recursive: true });
    writeFileSync(path.join(editor.folder, 'data', 'Machine', 'settings.json'), JSON.stringify(machineSettings));
    editor.server = await startEditor({ folder: editor.folder, vsix, workspace: editor.workspace, userSettings: { ...settings, ...userSettings }, env });
    editor.browser = await launch();
    await editor.window({ viewport, deviceScaleFactor: scale });
    return editor;
  }

  /** Another window on the same folder, as of another browser. */
  async another() {
    const other = Object.assign(new Editor(), this);
    await other.window({ viewport: this.page.viewportSize() });
    return other;
  }

  async window(looks) {
    const context = await this.browser.newContext(looks);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.address });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(60_000);
    Object.assign(this, watch(this.page, (host) => host === '127.0.0.1' || host.endsWith(webviewFiles)));
    await this.open();
  }

  get address() {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** Loads the window, or loads it again. */
  async open() {
    await this.page.goto(`${this.address}/?folder=${encodeURI(this.workspace)}`);
    await this.page.locator('.monaco-workbench .explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 120_000 });
    await this.registered();
  }

  /** Waits until the extension's keys, menus and commands count: they come a moment after the window, and its trust later still. */
  async registered() {
    const command = this.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Calypso: Add Connection' }).first();
    for (let tries = 0; tries < 40; tries++) {
      await (await this.ask('F1')).fill('>Calypso: Add Connection');
      const there = await command.waitFor({ timeout: 1500 }).then(() => true, () => false);
      await this.page.keyboard.press('Escape');
      await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      if (there) {
        return;
      }
    }
    throw new Error('the extension has no commands in this window');
  }

  /** Changes the person's settings; a window that is loaded again has them at once. */
  configure(change) {
    const file = path.join(this.folder, 'data', 'User', 'settings.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
  }

  async close() {
    await this.browser?.close();
    await this.server?.stop();
    remove(this.folder);
  }

  /** Runs a step; of one that fails, a picture, the console and the logs are kept. */
  async keep(step, action) {
    try {
      await action();
    } catch (error) {
      const kept = path.join(root, '.cache', 'failed', this.name, step.replace(/\W+/g, '-'));
      rmSync(kept, { recursive: true, force: true });
      mkdirSync(kept, { recursive: true });
      await this.page.screenshot({ path: path.join(kept, 'screen.png') }).catch(() => undefined);
      writeFileSync(path.join(kept, 'console.txt'), this.messages.join('\n'));
      cpSync(this.server.log, path.join(kept, 'code-server.log'));
      const logs = path.join(this.folder, 'data', 'logs');
      if (existsSync(logs)) {
        cpSync(logs, path.join(kept, 'logs'), { recursive: true });
      }
      error.message += `\n  kept for you: ${path.relative(root, kept)}`;
      throw error;
    }
  }

  /** What the extension wrote into its log channel. */
  log() {
    const found = readdirSync(path.join(this.folder, 'data', 'logs'), { recursive: true }).filter((file) => /Calypso\.log$/.test(file));
    return found.map((file) => readFileSync(path.join(this.folder, 'data', 'logs', file), 'utf8')).join('');
  }

  /** Opens a file by keyboard and waits for its text. */
  async file(name) {
    await this.take('Control+p', name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    // The tab comes before the text: until then what was in front still has the keyboard, and would be run.
    const text = this.page.locator(`.editor-instance .monaco-editor.focused[data-uri$="/${name}"]`).first();
    await text.locator('.view-line').first().waitFor();
  }

  /** Opens VS Code's own box by its key, and takes what a text finds there. What is still on its way, as a panel that is shown, takes the focus and closes the box: then once more. */
  async take(key, text, title) {
    await eventually(async () => {
      await (await this.ask(key)).fill(text, { timeout: 2000 });
      // The list is filtered a moment after the text changed: Enter takes what is marked.
      await this.page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: title }).waitFor({ timeout: 5000 });
    });
    await this.page.keyboard.press('Enter');
  }

  /** Waits for a notification: many at a time aren't shown as toasts, but stand in VS Code's list of them. */
  async told(text) {
    const message = this.page.locator('.notification-list-item').filter({ hasText: text }).first();
    for (let tries = 0; tries < 6 && !(await message.waitFor({ timeout: 5000 }).then(() => true, () => false)); tries++) {
      await this.command('Notifications: Show Notifications');
    }
    await message.waitFor();
  }

  /** Waits until the keyboard is in the document: before that F5 is VS Code's own. */
  async focused() {
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** Runs a command by its title in the palette. */
  async command(title) {
    await this.take('F1', `>${title}`, title);
    // What the command asks for stands in the same box.
    await this.page.waitForFunction(() => ![...document.querySelectorAll('.quick-input-widget input')].some((input) => input.checkVisibility() && input.value.startsWith('>')));
  }

  /** Opens VS Code's own box by its key, and gives its input. A key that comes while the focus is on its way to a view is lost. */
  async ask(key) {
    const input = this.page.locator('.quick-input-widget:visible input').first();
    for (let tries = 0; tries < 6; tries++) {
      await this.page.keyboard.press(key);
      if (await input.waitFor({ timeout: 10_000 }).then(() => true, () => false)) {
        return input;
      }
    }
    const focus = this.page.frames().map((frame) => frame.evaluate(() => `${document.hasFocus()} ${location.pathname} ${document.activeElement?.outerHTML.slice(0, 200)}`).catch(String));
    throw new Error(`${key} opens no box; who has the focus: ${(await Promise.all(focus)).join('\n')}`);
  }

  /** Takes an entry of the list that is open. */
  async pick(text) {
    await this.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text }).first().click();
  }

  /** Puts the caret at a line and column, both from 1, by keyboard. */
  async caret(line, column = 1) {
    await (await this.ask('Control+g')).fill(`:${line}:${column}`);
    await this.page.locator('.quick-input-widget:visible').getByText(/Press .*Enter.*|Go to line/i).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.focused();
  }

  /** A word of the text as it is coloured. */
  word(text) {
    return this.page.locator('.editor-instance .view-line span span').filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) });
  }

  /** Points at a word until what is shown of it has all these texts: what was shown before the schema came stays as it is. */
  async hover(word, ...texts) {
    const shown = texts.reduce((hover, hasText) => hover.filter({ hasText }), this.page.locator('.monaco-hover:visible')).first();
    for (let tries = 0; tries < 12; tries++) {
      await this.word(word).first().hover();
      if (await shown.waitFor({ timeout: 5000 }).then(() => true, () => false)) {
        break;
      }
      await this.page.mouse.move(5, 5);
    }
    await shown.waitFor();
    await this.page.mouse.move(5, 5);
    await this.page.keyboard.press('Escape');
  }

  /** The suggestion with this text, once it is there. Those from before the schema came are asked for again. */
  async suggested(text) {
    const row = this.page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: text }).first();
    for (let tries = 0; tries < 12 && !(await row.waitFor({ timeout: 5000 }).then(() => true, () => false)); tries++) {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+Space');
    }
    await row.waitFor();
    return row;
  }

  /** Waits until the server answers: its lenses are there. */
  async ready() {
    await this.page.locator('.codelens-decoration').getByText('Run').first().waitFor();
  }

  /** A node of the tree in the side bar, by its name. */
  node(name) {
    return this.page.locator('.sidebar .monaco-list-row').filter({ has: this.page.locator('.label-name').getByText(name, { exact: true }) });
  }

  /** A section of the side bar, and the first row of it that has this text. */
  section(name) {
    return this.page.locator('.sidebar .pane').filter({ has: this.page.locator('.pane-header').getByText(name, { exact: true }) });
  }

  row(section, text) {
    return this.section(section).locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  /** An entry of the menu that is open: by keyboard, because the menu ignores a click that comes at once. */
  async choose(entry) {
    await this.page.locator('.context-view .action-label:visible').getByText(entry, { exact: true }).hover();
    await this.page.locator('.context-view .action-item.focused').getByText(entry, { exact: true }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Makes a folder of the workspace a database, by its menu in the Explorer. */
  async useAsDatabase(folder) {
    await this.command('File: Focus on Files Explorer');
    // A menu has what is registered when it opens, and our entries come a moment after the window.
    const entry = this.page.locator('.context-view .action-label:visible').getByText('Use Folder as Database', { exact: true });
    for (let tries = 0; tries < 20; tries++) {
      await this.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: folder }).first().click({ button: 'right' });
      if (await entry.waitFor({ timeout: 3000 }).then(() => true, () => false)) {
        break;
      }
      await this.page.keyboard.press('Escape');
    }
    await this.choose('Use Folder as Database');
  }

  /** The document inside the Results view. */
  get results() {
    return this.page.frameLocator('iframe.webview.ready[src*="extensionId=calypso.calypso"]').frameLocator('#active-frame');
  }

  /** The frame of the view whose main element has this id, where more than one is in sight: nothing outside tells which is which. */
  async webview(id) {
    return this.frame(`main#${id}`);
  }

  /** The frame in which something of this selector and text is. */
  async frame(selector, hasText) {
    let found;
    await eventually(async () => {
      for (const frame of this.page.frames()) {
        if ((await frame.locator(selector, { hasText }).count().catch(() => 0)) > 0) {
          found = frame;
          return true;
        }
      }
      return false;
    }, true, `no frame has ${selector} ${hasText ?? ''}`);
    return found;
  }

  /** Waits until the clipboard holds a text like this one. */
  async clipboard(pattern) {
    return eventually(() => this.page.evaluate(() => navigator.clipboard.readText()), pattern);
  }

  /** Waits until the box of VS Code's own dialog has a text that ends so: its proposal comes some time after it opens. */
  async proposed(ending) {
    await this.page.waitForFunction((ending) => [...document.querySelectorAll('.quick-input-widget input')].some((input) => input.value.endsWith(ending)), ending);
  }

  /** Names a file in VS Code's own dialog, whose proposal ends so. */
  async nameFile(proposal, file) {
    await this.proposed(proposal);
    await this.page.locator('.quick-input-widget:visible input').first().fill(file);
    await this.accept();
  }

  /** Enter in VS Code's own dialog; as long as it lists a folder it takes none, then once more. */
  async accept() {
    const dialog = this.page.locator('.quick-input-widget:visible');
    for (let tries = 0; tries < 60 && (await dialog.count()) > 0; tries++) {
      await this.page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden', timeout: 1000 }).catch(() => undefined);
    }
  }

  /** A cell of the grid; rows and columns from 0. */
  cell(row, column) {
    return this.results.locator(`[role="gridcell"][data-row="${row}"][data-column="${column}"]:not(.loading)`);
  }

  /** Ids of the server processes of this editor. */
  serverProcesses() {
    return this.programs(path.join(this.folder, 'ext'));
  }

  /** Ids of the processes of this editor whose program begins so. */
  programs(begin) {
    return readdirSync('/proc').filter((id) => {
      try {
        return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').startsWith(begin) && readFileSync(`/proc/${id}/environ`, 'utf8').includes(this.folder);
      } catch {
        return false;
      }
    }).map(Number);
  }
}
