/** What is beside the grid: a whole cell, as text or as a tree where it is dynamic, or what a column holds. Escape closes it. */
import type { DynamicNode, SheetColumn } from '../../generated/protocol';
import { button, element } from './dom';
import { failureBox } from './failure';
import { failureOf, type ResultsHost } from './host';
import type { Place } from './selection';

export class Detail {
  readonly root = element('aside', { class: 'detail', 'aria-label': 'Detail', hidden: true });
  private asked = 0;

  /** Closed is called when a person closes it: the focus goes back to the grid. */
  constructor(
    private readonly host: ResultsHost,
    private readonly copy: (place: Place) => void,
    private readonly closed: () => void,
  ) {
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.close();
      }
    });
    // Of a tree Tab goes to one line, and to what can be done with it.
    this.root.addEventListener('focusin', ({ target }) => {
      const at = (target as Element).closest('[role="treeitem"]');
      for (const part of at === null ? [] : this.root.querySelectorAll<HTMLElement>('[role="treeitem"], .node .tool')) {
        part.tabIndex = part.closest('[role="treeitem"]') === at ? 0 : -1;
      }
    });
  }

  /** Shows a whole cell. */
  async open(view: string, place: Place, column: SheetColumn): Promise<void> {
    const at = { view, row: place.row, column: place.column };
    await this.show(column.name, `${column.type}, row ${(place.row + 1).toLocaleString('en')}`, () => this.copy(place), async () => {
      const { value, clipped, tree } = await this.host.call('kusto/result/cell', at);
      const label = `Value of ${column.name}`;
      if (tree) {
        return element('div', { class: 'tree', role: 'tree', 'aria-label': label }, ...(await this.level(at, [], column.name)));
      }
      return element('pre', { tabindex: 0, 'aria-label': label }, String(value) + (clipped ? '\n… cut at 1 MiB: export has all of it' : ''));
    });
  }

  /** Shows what a column holds. */
  async describe(view: string, column: number, { name, type }: SheetColumn): Promise<void> {
    await this.show(name, type, undefined, async () => {
      const { facts, top } = await this.host.call('kusto/result/column', { view, column });
      const list = element('dl', {}, ...facts.flatMap((fact) => [element('dt', {}, fact.name), element('dd', {}, fact.text)]));
      const rows = top.map((value) => {
        const bar = element('span', { class: 'bar-of', 'aria-hidden': 'true' });
        bar.style.width = `${Math.max(1, value.share * 100)}%`;
        return element('li', {}, element('span', { class: 'label' }, value.text), element('span', { class: 'type' }, `${value.rows.toLocaleString('en')} · ${(value.share * 100).toFixed(1)}%`), bar);
      });
      return element('div', { class: 'facts', tabindex: 0, role: 'region', 'aria-label': `Statistics of ${name}` }, list, ...(rows.length > 0 ? [element('h3', {}, 'Most frequent'), element('ol', {}, ...rows)] : []));
    });
  }

  private async show(name: string, about: string, copy: (() => void) | undefined, read: () => Promise<HTMLElement>): Promise<void> {
    const asked = ++this.asked;
    const content = await read().catch((error: unknown) => element('div', { tabindex: 0 }, failureBox(failureOf(error), [])));
    if (asked !== this.asked) {
      return;
    }
    const header = element('header', {}, element('span', { class: 'label' }, name), element('span', { class: 'type' }, about));
    if (copy !== undefined) {
      header.append(button({ label: 'Copy value', icon: 'copy', class: 'tool', act: copy }));
    }
    header.append(button({ label: 'Close', icon: 'close', class: 'tool', act: () => this.close() }));
    this.root.replaceChildren(header, content);
    this.root.hidden = false;
    (content.querySelector<HTMLElement>('[role="treeitem"]') ?? content).focus();
  }

  /** One level of a tree: opened ones are asked for when they are opened. */
  private async level(at: { view: string; row: number; column: number }, path: number[], name: string, start = 0): Promise<HTMLElement[]> {
    const answer = await this.host.call('kusto/result/nodes', { ...at, path, start }).catch(failureOf);
    if ('data' in answer) {
      return [failureBox(answer, [])];
    }
    const { nodes, next } = answer;
    const items = nodes.map((node, index) => this.item(node, name, () => this.level(at, [...path, start + index], name)));
    if (next !== undefined) {
      const more = button({
        label: `Show more from ${next}`,
        text: `Show more from ${next}`,
        class: 'quiet',
        act: () => void this.level(at, path, name, next).then((rest) => {
          more.replaceWith(...rest);
          rest[0]?.focus();
        }),
      });
      items.push(more);
    }
    return items;
  }

  private item(node: DynamicNode, name: string, open: () => Promise<HTMLElement[]>): HTMLElement {
    const line = element('div', { class: 'node' }, element('span', { class: 'key' }, node.key), element('span', { class: `value ${node.kind}` }, node.text));
    line.append(Object.assign(button({ label: `Copy path ${name}${node.path}`, icon: 'copy', class: 'tool', act: () => void navigator.clipboard.writeText(name + node.path) }), { tabIndex: -1 }));
    const item = element('div', { role: 'treeitem', tabindex: -1, 'aria-expanded': node.more === true ? 'false' : undefined }, line);
    const toggle = async (wanted: boolean): Promise<void> => {
      const opened = item.getAttribute('aria-expanded') === 'true';
      if (node.more === true && opened !== wanted) {
        item.setAttribute('aria-expanded', String(wanted));
        item.querySelector(':scope > [role="group"]')?.remove();
        if (wanted) {
          item.append(element('div', { role: 'group' }, ...(await open())));
        }
      }
    };
    line.addEventListener('click', () => void toggle(item.getAttribute('aria-expanded') !== 'true'));
    item.addEventListener('keydown', (event) => this.onKey(event, item, toggle));
    return item;
  }

  private onKey(event: KeyboardEvent, item: HTMLElement, toggle: (wanted: boolean) => Promise<void>): void {
    if (event.target !== item) {
      return;
    }
    const all = [...this.root.querySelectorAll<HTMLElement>('[role="treeitem"]')];
    const opened = item.getAttribute('aria-expanded') === 'true';
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      all[all.indexOf(item) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    } else if (event.key === 'ArrowRight' && opened) {
      item.querySelector<HTMLElement>('[role="treeitem"]')?.focus();
    } else if (event.key === 'ArrowRight' || event.key === 'Enter') {
      void toggle(event.key === 'ArrowRight' || !opened);
    } else if (event.key === 'ArrowLeft' && !opened) {
      item.parentElement?.closest<HTMLElement>('[role="treeitem"]')?.focus();
    } else if (event.key === 'ArrowLeft') {
      void toggle(false);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private close(): void {
    this.asked++;
    this.root.hidden = true;
    this.closed();
  }
}
