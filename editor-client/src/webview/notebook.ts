/** Draws a result below a cell of a notebook: its first rows or its chart, how many there are, and a button that opens all of them. */
import type { Chart, NotebookOutput, NotebookTable, ResultChartParams } from '../../generated/protocol';
import { answered, object } from '../results/messages';
import type { ChartHost, ChartView } from './chart/view';
import { button, element } from './dom';
import { failureOf, Host, type Line } from './host';

// media/chart.css and media/notebook.css: the bundler puts them here.
declare const notebookStyle: string;
type Outputs = Host<never, never>;
/** Keys that are the controls' own: VS Code hears of all that come to the page, and goes to the cell on Enter. */
const own = /^(Enter| |Arrow.*|Page.*|Home|End)$/;

/** What VS Code calls: outputs come, and go again, by their ids. */
export function activate(line: Line): { renderOutputItem(item: { id: string; json(): unknown }, parent: HTMLElement): void; disposeOutputItem(id?: string): void } {
  const host: Outputs = new Host((message) => (object(message) ? answered(message) : undefined), () => undefined, line);
  const shown = new Map<string, Section[]>();
  const end = (id: string): void => shown.get(id)?.forEach((section) => section.dispose());
  return {
    renderOutputItem(item, parent) {
      end(item.id);
      const output = item.json() as NotebookOutput;
      const sections = output.tables.map((table) => new Section(host, output, table));
      shown.set(item.id, sections);
      const root = element('div', { class: 'calypso' }, ...sections.map(({ root }) => root));
      root.addEventListener('keydown', (event) => (event.defaultPrevented || (own.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey)) && event.stopPropagation());
      // Whether VS Code hears Escape depends on how the focus came here.
      root.addEventListener('keydown', (event) => event.key === 'Escape' && line.postMessage({ type: 'leave' }));
      parent.replaceChildren(element('style', {}, notebookStyle), root);
      sections.forEach((section) => section.show(section.drawn?.problem === undefined));
    },
    disposeOutputItem: (id) => (id === undefined ? [...shown.keys()] : [id]).forEach(end),
  };
}

/** One table of an output. Its chart is drawn from the result as long as that is kept, else from what the output has of it. */
class Section {
  readonly root = element('section');
  readonly drawn: Chart | undefined;
  private readonly box = element('div', { class: 'chart-box' });
  private readonly rows: HTMLElement;
  private readonly words = element('span');
  private readonly took: string;
  private readonly toggle = button({ label: 'Show the rows', text: 'Show rows', act: () => this.show(this.box.hidden === true) });
  private chart: Promise<ChartView> | undefined;

  constructor(private readonly host: Outputs, { result = '', ms }: NotebookOutput, private readonly table: NotebookTable) {
    const { title, summary } = table;
    this.drawn = table.chart;
    this.rows = element('div', { class: 'rows', tabindex: 0, role: 'region', 'aria-label': `${title ?? 'Result'}, ${summary}` }, rowsOf(table));
    const open = button({ label: 'Open all rows in Results', text: 'Open in Results', act: () => void host.call('kusto/tabs/show', { result }).catch((error: unknown) => open.replaceWith(failureOf(error).message)) });
    this.took = ms < 1 ? 'under 1 ms' : ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
    const buttons = [...(this.drawn === undefined ? [] : [this.toggle]), ...(result === '' ? [] : [open])];
    this.root.append(...(title === undefined ? [] : [element('h4', {}, title)]), this.box, this.rows, element('p', { class: 'about' }, this.words, ...buttons));
  }

  show(charting: boolean): void {
    const chart = this.drawn !== undefined && charting;
    const { columns, summary, count = summary, view = '' } = this.table;
    this.words.textContent = `${chart ? count : summary} · ${this.took}`;
    this.box.hidden = !chart;
    this.rows.hidden = chart || columns.length === 0;
    this.toggle.textContent = chart ? 'Show rows' : 'Show chart';
    this.toggle.ariaLabel = chart ? 'Show the rows' : 'Show the chart';
    if (chart) {
      this.chart ??= chartView().then((View) => new View(this.ways(), this.box));
      this.chart.then((drawn) => drawn.show(view)).catch((error: unknown) => this.box.replaceChildren(failureOf(error).message));
    }
  }

  dispose(): void {
    void this.chart?.then((view) => view.dispose());
  }

  private ways(): ChartHost {
    const [kept, host] = [this.drawn as Chart, this.host];
    const live = (params: ResultChartParams): Promise<Chart> => host.call('kusto/result/chart', params).catch((error: unknown) => (params.change === undefined ? kept : Promise.reject(error as Error)));
    return {
      wheel: 'ctrl', // alone it moves the notebook
      chart: (params) => (params.view === '' ? Promise.resolve(kept) : live(params)),
      image: (params) => host.call('kusto/result/image', params),
    };
  }
}

/** The charts are a script of their own beside this one. */
async function chartView(): Promise<typeof ChartView> {
  await import(new URL('chart-view.js', import.meta.url).href);
  return globalThis.calypsoChart as typeof ChartView;
}

function rowsOf({ title, columns, rows }: NotebookTable): HTMLElement {
  const kind = columns.map(({ type }) => (['int', 'long', 'real', 'decimal'].includes(type) ? 'number' : undefined));
  const head = element('tr', {}, ...columns.map(({ name, type }, i) => element('th', { scope: 'col', class: kind[i], title: type }, name)));
  const body = rows.map((row) => element('tr', {}, ...row.map((cell, i) => element('td', { class: kind[i] }, cell))));
  return element('table', { 'aria-label': title ?? 'Result' }, element('thead', {}, head), element('tbody', {}, ...body));
}
