/** The Results view: tabs for the tables of the last runs, and below them a table, an error, a running query or a hint. */
import { toWebview, type RunView, type TableTab, type ToWebview } from '../results/messages';
import { button, element, icon } from './dom';
import { failureBox } from './failure';
import { duration } from './footer';
import { Host, type ResultsHost } from './host';
import { readSaved } from './saved';
import { freshState, type TableState } from './state';
import { Table } from './table';

/** What a tab stands for: a table of a run, or the run itself while or because it has none. */
interface Tab {
  readonly key: string;
  readonly run: RunView;
  readonly table?: TableTab;
  /** When the run started, on this page's clock. */
  readonly since: number;
}

class ResultsView {
  private readonly tabList = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Results' });
  private readonly bar = element('div', { class: 'bar' }, this.tabList);
  private readonly body = element('div', { class: 'body', id: 'body', role: 'tabpanel', 'aria-label': 'Result' });
  private readonly states: Map<string, TableState>;
  private readonly host: ResultsHost;
  private tabs: Tab[] = [];
  private front = '';
  private shown: Tab | undefined;
  private table: Table | undefined;
  private clock = 0;
  private saving = 0;

  constructor(root: HTMLElement) {
    root.append(this.bar, this.body);
    this.host = new Host(toWebview, (message) => this.update(message));
    const saved = readSaved(this.host.saved);
    this.front = saved.front;
    this.states = new Map(Object.entries(saved.states));
    this.tabList.addEventListener('keydown', (event) => this.onTabKey(event));
    // The command that focuses the view means its rows.
    window.addEventListener('focus', () => document.activeElement === document.body && this.table?.focus());
    // The page may be gone without a word when the panel is hidden: state is kept as it changes.
    for (const event of ['keydown', 'mouseup', 'input']) {
      document.addEventListener(event, () => this.saveIn(0), { capture: true, passive: true });
    }
    document.addEventListener('scroll', () => this.saveIn(150), { capture: true, passive: true });
    this.render();
    this.host.send({ type: 'ready' });
  }

  private update({ runs, front }: Extract<ToWebview, { type: 'runs' }>): void {
    const received = performance.now();
    this.tabs = runs.flatMap((run) => tabsOf(run, received - run.elapsed));
    if (!this.tabs.some((tab) => tab.key === this.front && tab.run.id === front)) {
      this.front = (this.best(front) ?? this.tabs.at(-1))?.key ?? '';
    }
    for (const key of this.states.keys()) {
      if (!this.tabs.some((tab) => tab.key === key)) {
        this.states.delete(key);
      }
    }
    this.render();
  }

  /** The tab of a run to show first: its error, else its first table. */
  private best(run: number): Tab | undefined {
    const own = this.tabs.filter((tab) => tab.run.id === run);
    return own.find((tab) => tab.table === undefined) ?? own[0];
  }

  private render(): void {
    const tab = this.tabs.find((tab) => tab.key === this.front);
    this.renderTabs();
    if (tab !== undefined && tab.key === this.shown?.key && tab.run.status === this.shown.run.status) {
      return;
    }
    this.shown = tab;
    this.saveIn(0);
    this.table?.dispose();
    this.table = undefined;
    window.clearInterval(this.clock);
    this.body.setAttribute('aria-busy', String(tab?.run.status === 'running'));
    this.body.replaceChildren(...this.content(tab));
    if (tab?.table === undefined) {
      this.host.send({ type: 'front', view: '', rows: 0, ranges: [] });
    }
  }

  private saveIn(milliseconds: number): void {
    window.clearTimeout(this.saving);
    this.saving = window.setTimeout(() => this.host.save({ front: this.front, states: Object.fromEntries(this.states) }), milliseconds);
  }

  private renderTabs(): void {
    const hadFocus = this.tabList.contains(document.activeElement);
    this.bar.hidden = this.tabs.length === 0;
    this.tabList.replaceChildren(
      ...this.tabs.map((tab) => {
        const selected = tab.key === this.front;
        const made = element('button', {
          type: 'button',
          class: 'tab',
          role: 'tab',
          'aria-selected': String(selected),
          'aria-controls': 'body',
          tabindex: selected ? 0 : -1,
          title: titleOf(tab),
        });
        const sign = tab.table === undefined ? signs[tab.run.status] : undefined;
        if (sign !== undefined) {
          made.append(icon(sign));
        }
        made.append(element('span', { class: 'label' }, titleOf(tab)));
        made.addEventListener('click', () => this.bring(tab.key));
        return made;
      }),
    );
    if (hadFocus) {
      this.tabList.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    }
  }

  private bring(key: string): void {
    this.front = key;
    this.render();
  }

  private onTabKey(event: KeyboardEvent): void {
    const index = this.tabs.findIndex((tab) => tab.key === this.front);
    const last = this.tabs.length - 1;
    const steps: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last };
    const next = this.tabs[Math.max(0, Math.min(last, steps[event.key] ?? -1))];
    if (event.key in steps && next !== undefined) {
      event.preventDefault();
      this.bring(next.key);
      this.tabList.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.table?.focus();
    }
  }

  private content(tab: Tab | undefined): HTMLElement[] {
    if (tab === undefined) {
      return [message('No results yet', 'Put the caret into a query and press F5. Shift+Enter does the same.')];
    }
    const { run } = tab;
    if (tab.table !== undefined) {
      return [this.tableOf(tab, tab.table)];
    }
    switch (run.status) {
      case 'running':
        return [this.runningBox(run, tab.since)];
      case 'failed':
        return [this.failedBox(run)];
      case 'cancelled':
        return [message('Stopped', `The query was stopped after ${duration(run.elapsed)}.`, this.rerunButton(run))];
      case 'done':
        return [message('Done', `The query ran in ${duration(run.stats?.ms ?? 0)} and gave no table.`)];
    }
  }

  private tableOf(tab: Tab, table: TableTab): HTMLElement {
    const state = this.states.get(tab.key) ?? freshState();
    this.states.set(tab.key, state);
    this.table = new Table({
      host: this.host,
      tab: table,
      stats: tab.run.stats,
      state,
      rerun: () => this.host.send({ type: 'rerun', run: tab.run.id }),
    });
    this.bar.append(this.table.tools);
    return this.table.root;
  }

  private runningBox(run: RunView, since: number): HTMLElement {
    const seconds = element('span', { class: 'seconds' });
    const tick = (): void => {
      seconds.textContent = `${((performance.now() - since) / 1000).toFixed(1)} s`;
    };
    tick();
    this.clock = window.setInterval(tick, 100);
    const place = run.place === '' ? 'Running' : `Running on ${run.place}`;
    const stop = button({
      label: 'Stop the query',
      text: 'Stop',
      icon: 'debug-stop',
      act: () => {
        stop.disabled = true;
        this.host.send({ type: 'stop', run: run.id });
      },
    });
    return element(
      'div',
      { class: 'running' },
      element('div', { class: 'progress', role: 'progressbar', 'aria-label': place }),
      element('div', { class: 'message' }, element('p', {}, element('span', { role: 'status' }, place), seconds), stop),
    );
  }

  private failedBox(run: RunView): HTMLElement {
    const error = run.error ?? { message: 'the query failed', data: { kind: 'other' as const } };
    const actions: HTMLElement[] = [];
    const range = error.data.range;
    if (range !== undefined) {
      const where = `Line ${range.start.line + 1}, column ${range.start.character + 1}`;
      actions.push(
        button({ label: `Go to ${where.toLowerCase()}`, text: where, icon: 'go-to-file', act: () => this.host.send({ type: 'place', run: run.id }) }),
      );
    }
    actions.push(this.rerunButton(run));
    actions.push(button({ label: 'Show log', text: 'Show log', class: 'quiet', act: () => this.host.send({ type: 'log' }) }));
    const box = failureBox(error, actions);
    box.setAttribute('role', 'alert');
    return box;
  }

  private rerunButton(run: RunView): HTMLElement {
    return button({ label: 'Run again', text: 'Run again', class: 'quiet', act: () => this.host.send({ type: 'rerun', run: run.id }) });
  }
}

const signs: Partial<Record<RunView['status'], string>> = { running: 'sync', failed: 'error', cancelled: 'circle-slash' };

function tabsOf(run: RunView, since: number): Tab[] {
  const tables = run.tables.map((table, index) => ({ key: `${run.id}:${index}`, run, table, since }));
  // A run that failed half way has its tables, and last the error.
  return tables.length > 0 && run.status === 'done' ? tables : [...tables, { key: String(run.id), run, since }];
}

function titleOf(tab: Tab): string {
  return (tab.table?.title ?? tab.run.title) || 'Query';
}

function message(title: string, text: string, ...actions: HTMLElement[]): HTMLElement {
  return element('div', { class: 'message' }, element('p', { class: 'title' }, title), element('p', {}, text), ...actions);
}

const root = document.getElementById('results');
if (root !== null) {
  new ResultsView(root);
}
