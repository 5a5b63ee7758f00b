// What the suites without a mouse share: an editor that is only given keys, what is under the focus, and the record of which commands
// were carried out. Which suite carries out which is in keyboard-commands.json; a unit test holds that these are all commands there are.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { remove, temporary } from '../../../scripts/temporary.mjs';
import { Editor, stepsOf } from './editor.mjs';
import { eventually } from './eventually.mjs';
import { start } from './program.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const { contributes } = read('../../package.json');
const suites = read('keyboard-commands.json');
const titles = new Map(contributes.commands.map(({ command, title }) => [command.replace('calypso.', ''), title]));

export { startCluster } from './program.mjs';
export const startModel = () => start(process.env.CALYPSO_FAKE_MODEL, []);
export const startAuthority = (...more) => start(process.env.CALYPSO_FAKE_AUTHORITY, more);

/** An editor of a suite: begins before its tests and ends after them. `prepare` may start programs, and gives more options. */
export class KeyboardEditor {
  #carried = new Set();
  #presses = 0;

  constructor({ name, prepare = async () => ({}), ...options }) {
    this.name = name;
    this.programs = [];
    this.step = stepsOf(() => this.editor);
    before(async () => {
      this.folder = temporary();
      const more = await prepare({
        folder: this.folder,
        run: (program) => {
          this.programs.push(program);
          return program.line;
        },
      });
      this.editor = await Editor.start({ name, ...options, ...more });
      this.page = this.editor.page;
      await this.#countPresses();
    }, { timeout: 300_000 });
    after(async () => {
      await this.editor?.close();
      this.programs.forEach((program) => program.stop());
      remove(this.folder);
    });
  }

  /** In this window, in those that it is loaded into, and in every view of them. */
  async #countPresses() {
    const listen = 'window.addEventListener("pointerdown", (event) => event.isTrusted && window.pressed(), true)';
    await this.page.context().exposeFunction('pressed', () => this.#presses++);
    await this.page.context().addInitScript(listen);
    await this.page.evaluate(listen);
  }

  /** The last steps of a suite. */
  finish() {
    this.step('just the commands that the list has for this suite, and without a button of a mouse', () => {
      assert.deepEqual([...this.#carried].sort(), suites[this.name].toSorted());
      assert.equal(this.#presses, 0);
    });
    this.step('all along: no request left, no content policy was violated', () => {
      assert.deepEqual(this.editor.faults, []);
    });
  }

  // Commands, each by a key, the palette or a menu.

  #note(command) {
    assert.ok(titles.has(command), `package.json has no command ${command}`);
    this.#carried.add(command);
    return titles.get(command);
  }

  /** Presses the key that package.json gives the command. */
  async key(command, key) {
    const [bound] = contributes.keybindings.filter((one) => one.command === `calypso.${command}` && one.key === key.toLowerCase());
    assert.notEqual(bound, undefined, `${key} isn't the key of ${command}`);
    this.#note(command);
    await this.keys(key);
  }

  /** By its title in the palette. */
  async run(command) {
    await this.palette(`Calypso: ${this.#note(command)}`);
  }

  /** By the menu of the tree's node that is marked. */
  async menu(command) {
    await this.choose(this.#note(command));
  }

  /** Any command, by the whole of its title: what was used last stands above what is typed. */
  async palette(title) {
    // What is still on its way, as a panel that is shown, takes the focus and closes the box: then once more.
    await eventually(async () => {
      await this.editor.ask('F1');
      return this.#write(`>${title}`);
    }, `>${title}`);
    await this.take(this.page.getByText(title, { exact: true }));
    await this.page.waitForFunction(() => ![...document.querySelectorAll('.quick-input-widget input')].some((input) => input.checkVisibility() && input.value.startsWith('>')));
  }

  // Keys, and what is under the focus.

  async keys(...names) {
    for (const name of names) {
      await this.page.keyboard.press(name);
    }
  }

  /** Presses a key and waits until something else is marked. A key may be lost while the focus is on its way: then the next one counts. */
  async move(key, marked) {
    const before = await marked();
    await this.keys(key);
    for (const end = Date.now() + 2000; (await marked()) === before && Date.now() < end; ) {
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  clipboard(text) {
    return this.editor.clipboard(new RegExp(text));
  }

  toast(text) {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text }).first();
  }

  get list() {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Brings the mark of the list that is open to the entry that has this text. */
  async mark(text) {
    await this.list.locator('.monaco-list-row').filter({ has: text }).first().waitFor();
    const marked = this.list.locator('.monaco-list-row.focused');
    const wanted = marked.filter({ has: text });
    for (let n = 0; n < 40 && (await wanted.count()) === 0; n++) {
      await this.move('ArrowDown', () => marked.allInnerTexts().then(String));
    }
    await wanted.waitFor();
  }

  /** Takes that entry. */
  async take(text) {
    await this.mark(typeof text === 'string' ? this.page.getByText(text, { exact: true }) : text);
    await this.keys('Enter');
  }

  /** Waits for an input with this title, and enters a text in place of what stands there. */
  async enter(title, text) {
    await this.list.locator('.quick-input-title').getByText(title).waitFor();
    await this.type(text);
    await this.keys('Enter');
    await this.list.locator('.quick-input-title').getByText(title).waitFor({ state: 'detached' }); // it is judged first
  }

  /** Puts a text into the box that is open. It gets the focus a moment after it is seen; one that a menu opened loses it once more. */
  async type(text) {
    await eventually(async () => {
      await this.list.locator('input:focus').waitFor();
      return this.#write(text);
    }, text);
  }

  /** Writes into the box itself: of keys that come as it closes the document would be written over. */
  async #write(text) {
    const box = this.list.locator('input').first();
    await box.fill(text, { timeout: 5000 });
    return box.inputValue({ timeout: 1000 });
  }

  /** Names a file in VS Code's own dialog, whose proposal ends so. */
  async file(proposal, file) {
    await this.editor.proposed(proposal);
    await this.type(file);
    await this.editor.accept();
  }

  /** Answers a dialog of VS Code by the button of this name. */
  async answer(name) {
    const button = this.page.locator('.monaco-dialog-box .monaco-button').filter({ has: this.page.getByText(name, { exact: true }) });
    await button.waitFor();
    const focused = this.page.locator('.monaco-dialog-box .monaco-button:focus');
    await focused.waitFor();
    for (let n = 0; n < 6 && (await focused.innerText()) !== name; n++) {
      await this.move('Tab', () => focused.innerText());
    }
    await button.and(focused).waitFor();
    await this.keys('Enter');
    await button.waitFor({ state: 'detached' });
  }

  // Views.

  /** What has the focus in a view, in a screen reader's words. */
  focused(view) {
    return view.evaluate(() => {
      const { activeElement: at } = document;
      const label = at.labels?.[0]?.innerText.trim();
      return at === document.body ? 'nothing' : (at.getAttribute('aria-label') ?? (label || at.innerText.trim() || at.getAttribute('role') || at.tagName));
    });
  }

  /** Presses a key, as Tab, until what has the focus is called so. */
  async reach(view, name, key = 'Tab') {
    const passed = [];
    for (let n = 0; n < 40; n++) {
      const now = await this.focused(view);
      if (name.test(now)) {
        return;
      }
      passed.push(now);
      await this.move(key, () => this.focused(view));
    }
    assert.fail(`${key} doesn't reach ${name}: ${passed.join(', ')}`);
  }

  /** The cell of the rows that has the focus, once it is this one. */
  at(row, column) {
    return this.editor.cell(row, column).and(this.editor.results.locator(':focus')).waitFor();
  }

  /** Goes to the rows of the result in front, or their names, by VS Code's command. */
  async toRows() {
    await this.palette('Results: Focus on Results View');
    await this.editor.results.locator('[role="grid"] :focus').waitFor();
  }

  /** Carries out each entry of a view's menu, which `open` opens: all that are there, in their order, each with what shows that it worked. */
  async entries(view, open, effects) {
    const labels = () => view.getByRole('menu').locator('.label').allInnerTexts();
    await open();
    await eventually(labels, Object.keys(effects));
    await this.keys('Escape');
    for (const [label, effect] of Object.entries(effects)) {
      await open();
      await this.entry(view, label);
      await effect();
    }
  }

  /** Takes an entry of the menu of a view that is open. */
  async entry(view, label) {
    await view.locator('[role="menu"] :focus').waitFor();
    const now = () => view.evaluate(() => document.activeElement.querySelector('.label')?.textContent);
    for (let n = 0; n < 40 && (await now()) !== label; n++) {
      await this.move('ArrowDown', now);
    }
    assert.equal(await now(), label);
    await this.keys('Enter');
    await view.getByRole('menu').waitFor({ state: 'detached' });
  }

  /**
   * Goes through a view by Tab, forwards and backwards from where `enter` goes: every control that is in sight gets the focus, has a name
   * and shows that it has it. In rows, tabs and trees one has it, and arrows lead to the others. Gives the names.
   */
  async round(view, enter) {
    const seen = [];
    const at = () => view.evaluate(() => (document.hasFocus() ? [...document.querySelectorAll('*')].indexOf(document.activeElement) : -1));
    for (const key of ['Tab', 'Shift+Tab']) {
      await enter();
      await eventually(at, (place) => place >= 0);
      if (await view.evaluate(() => document.activeElement === document.body)) {
        await this.move(key, at);
      }
      for (let now; (now = await view.evaluate(reached, key)) !== undefined; ) {
        seen.push(now);
        await this.move(key, at);
      }
    }
    await enter();
    assert.deepEqual(seen.filter(({ name }) => name === ''), [], 'these have no name');
    assert.deepEqual(seen.filter(({ shown }) => !shown), [], "these don't show the focus");
    assert.deepEqual(await view.evaluate(unreached), [], "these aren't reached by Tab");
    return new Set(seen.map(({ name }) => name));
  }

  // Trees of the side bar.

  /** Goes to a tree. One that isn't loaded yet takes no keys: then once more. */
  async toTree(name) {
    await this.palette(`Calypso: Focus on ${name} View`);
    const pane = this.page.locator('.sidebar .pane').filter({ has: this.page.locator('h3').getByText(name, { exact: true }) });
    await pane.locator('.monaco-list-row').first().waitFor();
    await this.palette(`Calypso: Focus on ${name} View`);
    await pane.locator('.monaco-list:focus').waitFor();
  }

  /** Brings the mark of a tree to a node, from above. */
  async walk(name) {
    const rows = this.editor.node(name);
    const node = rows.and(this.page.locator('.focused'));
    await rows.first().waitFor();
    await this.keys('Home');
    for (let n = 0; n < 60 && (await node.count()) === 0; n++) {
      await this.move('ArrowDown', () => this.page.locator('.sidebar .monaco-list:focus .monaco-list-row.focused').allInnerTexts().then(String));
    }
    await node.first().waitFor();
  }

  /** An entry of the menu of what is marked. */
  async choose(name) {
    await this.keys('Shift+F10');
    await this.page.locator('.context-view .monaco-menu').waitFor();
    const marked = this.page.locator('.context-view .action-item.focused');
    const entry = marked.filter({ has: this.page.getByText(name, { exact: true }) });
    for (let n = 0; n < 40 && (await entry.count()) === 0; n++) {
      await this.move('ArrowDown', () => marked.allInnerTexts().then(String));
    }
    await entry.waitFor();
    await this.keys('Enter');
    await this.page.locator('.context-view .monaco-menu').waitFor({ state: 'detached' });
  }
}

/** In a view: what has the focus, which is noted there; undefined when none of the view has it, or it was noted on this way before. */
function reached(key) {
  const { activeElement: at } = document;
  if (!document.hasFocus() || at === document.body || at.dataset.reached === key) {
    return undefined;
  }
  at.dataset.reached = key;
  const outlined = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  // The box to write in shows it by its frame.
  const field = at.matches('textarea') ? at.closest('.field') : null;
  const focus = getComputedStyle(document.documentElement).getPropertyValue('--vscode-focusBorder');
  const frame = document.body.appendChild(document.createElement('i'));
  frame.style.color = focus;
  const framed = field !== null && getComputedStyle(field).borderTopColor === getComputedStyle(frame).color;
  frame.remove();
  return { name: at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText.trim(), shown: framed || outlined(getComputedStyle(at)) };
}

/** In a view: the controls in sight that had no focus; the notes are taken away. */
function unreached() {
  const controls = [...document.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex]')];
  const missed = controls.filter((of) => of.checkVisibility({ visibilityProperty: true }) && !of.disabled && of.dataset.reached === undefined && of.closest('[role="grid"], [role="tablist"], [role="tree"], [aria-hidden="true"]') === null);
  document.querySelectorAll('[data-reached]').forEach((of) => delete of.dataset.reached);
  return missed.map((of) => of.getAttribute('aria-label') ?? of.innerText);
}

/** Waits for a tab of the editor that is in front and called so. */
export const tab = (page, name) => page.locator('.tab.active').filter({ hasText: name }).waitFor();

/** The text of the document in front has a line like this; the editor writes some blanks as others. */
export const line = (page, text) => page.locator('.editor-instance .view-line').filter({ hasText: new RegExp(text.source.replaceAll(' ', '\\s'), text.flags) }).first().waitFor();

export { eventually };
