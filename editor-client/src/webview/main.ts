/** The Results view: tabs as the server has them, and below them a table, a chart, an error, a running query or a hint. */
import type { FailureInfo, ResultTab, TabsChanged } from '../../generated/protocol';
import { toWebview } from '../results/messages';
import { button, element, icon } from './dom';
import { failureBox } from './failure';
import { failureOf, Host, type ResultsHost } from './host';
import { below, showMenu, type At } from './menu';
import { parameterRow } from './parameters';
import { freshState, readSaved, type Saved } from './state';
import { Table } from './table';

class ResultsView {
  private readonly tabList = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Results' });
  private readonly bar = element('div', { class: 'bar' }, this.tabList);
  private readonly values = element('div', { class: 'parameters', role: 'group', 'aria-label': 'Parameters of the query' });
  // It is there before it says something, as screen readers want it, and not in what is busy. The row counts speak below the table.
  private readonly voice = element('div', { class: 'voice', role: 'status' });
  private readonly body = element('div', { class: 'body', id: 'body', role: 'tabpanel', 'aria-label': 'Result' });
  private readonly saved: Saved;
  private readonly host: ResultsHost;
  private tabs: readonly ResultTab[] = [];
  private shown = '';
  private received = 0;
  private table: Table | undefined;
  private clock = 0;
  private saving = 0;

  constructor(root: HTMLElement) {
    root.append(this.bar, this.values, this.body, this.voice);
    this.host = new Host(toWebview, (news) => (news.type === 'tabs' ? this.update(news.state) : this.lost()));
    this.saved = readSaved(this.host.saved);
    this.tabList.addEventListener('keydown', (event) => this.onTabKey(event));
    this.tabList.addEventListener('wheel', ({ deltaY }) => (this.tabList.scrollLeft += deltaY), { passive: true });
    new ResizeObserver(this.seeTab).observe(this.tabList);
    window.addEventListener('focus', () => this.host.send({ type: 'focused' }));
    // The command that focuses the view means its rows.
    window.addEventListener('focus', () => document.activeElement === document.body && this.table?.focus());
    // The page may be gone without a word when the panel is hidden: state is kept as it changes.
    for (const event of ['keydown', 'mouseup', 'input']) {
      document.addEventListener(event, () => this.saveIn(0), { capture: true, passive: true });
    }
    document.addEventListener('scroll', () => this.saveIn(150), { capture: true, passive: true });
    this.render();
    this.host.call('kusto/tabs/list', undefined).then(
      (state) => this.received === 0 && this.update(state), // what it told meanwhile is newer
      () => undefined, // The server tells when there is something.
    );
  }

  private update({ tabs, front }: TabsChanged): void {
    // Progress of a run in the back brings nothing to the front.
    const news = !this.tabs.some((tab) => tab.tab === front);
    this.tabs = tabs;
    this.received = performance.now();
    if (news || !tabs.some((tab) => tab.tab === this.saved.front)) {
      this.saved.front = front;
    }
    this.saved.tabs = Object.fromEntries(Object.entries(this.saved.tabs).filter(([id]) => tabs.some((tab) => tab.tab === id)));
    this.render();
    this.tabs = tabs.map(({ sheet, ...tab }) => tab); // later it may look otherwise
  }

  /** The server ended, and what ran there with it. */
  private lost(): void {
    if (!this.tabs.some(({ status }) => status === 'running')) {
      return; // So it is, too, while the list that was asked for is on its way.
    }
    const error: FailureInfo = { message: 'the server ended before the query did', data: { kind: 'other' } };
    const tabs = this.tabs.map((tab): ResultTab => (tab.status === 'running' ? { ...tab, status: 'failed', error } : tab));
    this.update({ tabs, front: this.saved.front });
  }

  private render(): void {
    const tab = this.tabs.find((tab) => tab.tab === this.saved.front);
    this.renderTabs();
    const shown = tab === undefined ? ' ' : `${tab.tab} ${tab.status} ${tab.result}`;
    if (shown === this.shown) {
      this.tick(tab);
      return;
    }
    this.shown = shown;
    this.saveIn(0);
    const before = document.activeElement;
    // Where the keyboard is elsewhere, the view has it at its rows when it comes back.
    const held = document.hasFocus() && (before === document.body || this.values.contains(before) || this.body.contains(before));
    this.table?.dispose();
    this.table = undefined;
    window.clearInterval(this.clock);
    this.voice.textContent = tab?.status === 'running' ? `The query runs: ${tab.title}` : '';
    this.body.setAttribute('aria-busy', String(tab?.status === 'running'));
    this.values.replaceChildren(...parameterRow(tab?.parameters ?? [], (parameters) => this.host.send({ type: 'run', run: { ...tab?.again, parameters } })));
    this.body.replaceChildren(this.content(tab));
    this.seeTab(); // the table's tools have taken their room
    if (held) {
      this.focusAgain(before);
    }
    if (tab !== undefined) {
      this.act(tab, 'front');
    }
  }

  /** What had the keyboard is gone: it goes to the same thing of the new content, else to the rows, else to what can be done. */
  private focusAgain(before: Element | null): void {
    const same = document.getElementById(before?.id ?? '');
    if (same !== null) {
      same.focus();
    } else if (this.table !== undefined) {
      this.table.focus();
    } else if (before !== document.body) {
      (this.body.querySelector('button') ?? this.tabList.querySelector<HTMLElement>('[aria-selected="true"]'))?.focus();
    }
  }

  private saveIn(milliseconds: number): void {
    window.clearTimeout(this.saving);
    this.saving = window.setTimeout(() => this.host.save(this.saved), milliseconds);
  }

  private act(tab: ResultTab, action: string): void {
    this.host.call('kusto/tabs/act', { tab: tab.tab, action }).catch((error: unknown) => {
      const failure = failureOf(error);
      if (action !== 'front' && failure.data.kind !== 'stopped') {
        this.body.prepend(element('div', { class: 'notice', role: 'alert' }, failureBox(failure, [])));
      }
    });
  }

  private renderTabs(): void {
    const hadFocus = document.hasFocus() && this.tabList.contains(document.activeElement);
    this.bar.hidden = this.tabs.length === 0;
    this.tabList.replaceChildren(...this.tabs.map((tab) => this.tabButton(tab)));
    if (hadFocus) {
      this.focusTab();
    }
  }

  private tabButton(tab: ResultTab): HTMLElement {
    const selected = tab.tab === this.saved.front;
    const made = element('button', { type: 'button', class: 'tab', role: 'tab', 'aria-selected': String(selected), 'aria-controls': 'body', tabindex: selected ? 0 : -1, title: `${tab.title}\n${tab.tip}` });
    const sign = tab.pinned === true ? 'pinned' : tab.result === undefined ? signs[tab.status] : tab.status === 'done' ? undefined : 'warning';
    made.append(...(sign === undefined ? [] : [icon(sign)]), element('span', { class: 'label' }, tab.title || 'Query'));
    // For the mouse only: Delete closes too, and a button in a button is none.
    const close = element('span', { class: 'close codicon codicon-close', 'aria-hidden': 'true' });
    made.append(close);
    made.addEventListener('click', (event) => (event.target === close ? this.act(tab, tab.status === 'running' ? 'stop' : 'close') : this.bring(tab)));
    made.addEventListener('auxclick', (event) => event.button === 1 && this.act(tab, 'close'));
    made.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      void this.menu(tab, { x: event.clientX, y: event.clientY });
    });
    return made;
  }

  private readonly seeTab = (): void => this.tabList.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

  private readonly focusTab = (): void => this.tabList.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();

  private async menu(tab: ResultTab, at: At): Promise<void> {
    const { items } = await this.host.call('kusto/tabs/menu', { tab: tab.tab });
    showMenu(items, at, (action) => this.act(tab, action));
  }

  private bring(tab: ResultTab): void {
    this.saved.front = tab.tab;
    this.render();
  }

  private onTabKey(event: KeyboardEvent): void {
    const index = this.tabs.findIndex((tab) => tab.tab === this.saved.front);
    const tab = this.tabs[index];
    const last = this.tabs.length - 1;
    const steps: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last };
    const actions: Record<string, string> = { Delete: 'close', F2: 'rename' };
    const next = this.tabs[Math.max(0, Math.min(last, steps[event.key] ?? -1))];
    if (event.key in steps && next !== undefined) {
      this.bring(next);
      this.focusTab();
    } else if (event.key === 'ArrowDown' && !event.altKey) {
      this.table?.focus();
    } else if (tab !== undefined && actions[event.key] !== undefined) {
      this.act(tab, actions[event.key] ?? '');
    } else if (tab !== undefined && (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || event.key === 'ArrowDown')) {
      void this.menu(tab, below(event.target as Element));
    } else {
      return;
    }
    event.preventDefault();
  }

  private content(tab: ResultTab | undefined): HTMLElement {
    if (tab === undefined) {
      const text = 'Put the caret into a query and press F5 or Shift+Enter. The history has what ran before.';
      return message('No results yet', text, button({ label: 'Show history', text: 'Show history', class: 'quiet', act: () => this.host.send({ type: 'history' }) }));
    }
    if (tab.result !== undefined) {
      return this.tableOf(tab, tab.result);
    }
    switch (tab.status) {
      case 'running':
        return this.runningBox(tab);
      case 'failed':
        return this.failedBox(tab, tab.error ?? { message: 'the query failed', data: { kind: 'other' } });
      default:
        return message(tab.status === 'cancelled' ? 'Stopped' : 'Done', tab.text ?? '', ...this.again(tab));
    }
  }

  private tableOf(tab: ResultTab, result: string): HTMLElement {
    const state = (this.saved.tabs[tab.tab] ??= freshState());
    const table = new Table({ host: this.host, result, table: tab.table, title: tab.title, state, sheet: tab.sheet, rerun: () => this.rerun(tab) });
    this.table = table;
    this.bar.append(table.tools);
    return table.root;
  }

  /** The seconds since the start, and the rows so far. */
  private tick(tab: ResultTab | undefined): void {
    const seconds = this.body.querySelector('.seconds');
    if (seconds !== null && tab !== undefined) {
      const elapsed = tab.ms + performance.now() - this.received;
      seconds.textContent = [`${(elapsed / 1000).toFixed(1)} s`, ...(tab.text === undefined ? [] : [tab.text])].join(' · ');
    }
  }

  private runningBox(tab: ResultTab): HTMLElement {
    const stop = button({
      label: 'Stop the query',
      text: 'Stop',
      icon: 'debug-stop',
      act: () => {
        stop.ariaDisabled = 'true'; // a button that is disabled would lose the focus
        this.act(tab, 'stop');
      },
    });
    const place = tab.tip === '' ? 'Running' : `Running on ${tab.tip}`;
    this.clock = window.setInterval(() => this.tick(this.tabs.find((now) => now.tab === tab.tab)), 100);
    window.setTimeout(() => this.tick(tab));
    return element(
      'div',
      { class: 'running' },
      element('div', { class: 'progress', role: 'progressbar', 'aria-label': place }),
      element('div', { class: 'message' }, element('p', {}, element('span', {}, place), element('span', { class: 'seconds' })), stop),
    );
  }

  private failedBox(tab: ResultTab, error: FailureInfo): HTMLElement {
    const actions = this.again(tab);
    const range = error.data.range;
    if (range !== undefined) {
      const where = `Line ${range.start.line + 1}, column ${range.start.character + 1}`;
      actions.unshift(button({ label: `Go to ${where.toLowerCase()}`, text: where, icon: 'go-to-file', act: () => this.act(tab, 'place') }));
    }
    actions.push(button({ label: 'Show log', text: 'Show log', class: 'quiet', act: () => this.host.send({ type: 'log' }) }));
    const box = failureBox(error, actions);
    box.setAttribute('role', 'alert');
    return box;
  }

  private again(tab: ResultTab): HTMLElement[] {
    return tab.again === undefined ? [] : [button({ label: 'Run again', text: 'Run again', class: 'quiet', act: () => this.rerun(tab) })];
  }

  private rerun({ again }: ResultTab): void {
    if (again !== undefined) {
      this.host.send({ type: 'run', run: again });
    }
  }
}

const signs: Partial<Record<ResultTab['status'], string>> = { running: 'sync', failed: 'error', cancelled: 'circle-slash' };

function message(title: string, text: string, ...actions: HTMLElement[]): HTMLElement {
  return element('div', { class: 'message' }, element('p', { class: 'title' }, title), element('p', {}, text), ...actions);
}

const root = document.getElementById('results');
if (root !== null) {
  new ResultsView(root);
}
