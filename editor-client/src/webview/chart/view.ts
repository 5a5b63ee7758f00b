/** A chart of a view: controls above, the picture, and its numbers as a table for whoever can't see it. load.ts fetches this script. */
import { init, type EChartsType } from 'echarts/core';
import type { Chart, ChartChange, ChartControl, ChartImageParams, ChartImageResult, ImageFormat, ResultChartParams } from '../../../generated/protocol';
import { button, element } from '../dom';
import { isLow, optionOf, seriesOf } from './option';
import { currentTheme } from './theme';

/** What a chart needs of the page around it. */
export interface ChartHost {
  chart(params: ResultChartParams): Promise<Chart>;
  image(params: ChartImageParams): Promise<ChartImageResult>;
  /** What must be held for the mouse wheel to zoom; by itself nothing. */
  readonly wheel?: 'ctrl';
}

type Zoom = Record<'start' | 'end' | 'startValue' | 'endValue', number>;

export class ChartView {
  private readonly controls = element('span', { class: 'chart-controls' });
  // Beside the controls, which each answer makes anew: a button that is replaced under a mouse that is down gets no click.
  private readonly whole = button({ label: 'Show all of X again', icon: 'screen-full', class: 'tool', act: () => this.zoom(0, 100) });
  private readonly copy = button({ label: 'Copy as render', icon: 'copy', class: 'tool', act: () => void navigator.clipboard.writeText(this.chart?.render ?? '') });
  private readonly saves = (['png', 'svg'] as const).map((format) => button({ label: `Save as ${format.toUpperCase()}`, text: format.toUpperCase(), class: 'tool', act: () => void this.save(format) }));
  private readonly tools = element('div', { class: 'chart-tools', role: 'toolbar', 'aria-label': 'Chart' }, this.controls, this.whole, this.copy, ...this.saves);
  private readonly notes = element('p', { class: 'chart-notes', role: 'status', hidden: true });
  private readonly keys = element('div', { class: 'chart-keys', role: 'group', 'aria-label': 'Series shown' });
  private readonly picture = element('div', { class: 'chart-picture', tabindex: 0 });
  private readonly data = element('details', { class: 'chart-data', hidden: true });
  private readonly root = element('section', { class: 'chart-view' }, this.tools, this.notes, this.keys, this.picture, this.data);
  private readonly theme = new MutationObserver(() => this.draw());
  private readonly size = new ResizeObserver(() => this.resize());
  private painted: EChartsType | undefined;
  private chart: Chart | undefined;
  private view = '';
  private asked = 0;
  private queue = Promise.resolve();
  private timer = 0;

  constructor(
    private readonly host: ChartHost,
    parent: HTMLElement,
  ) {
    parent.append(this.root);
    this.size.observe(this.picture);
    // VS Code changes the body's class and the variables of the root.
    this.theme.observe(document.body, { attributeFilter: ['class'] });
    this.theme.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
    this.picture.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Draws a view of rows; the server knows how it was drawn last. */
  async show(view: string): Promise<void> {
    this.view = view;
    await this.ask();
  }

  resize(): void {
    if (this.picture.clientHeight === 0) {
      return; // out of sight
    }
    const before = this.painted?.getHeight() ?? 0;
    this.painted?.resize();
    if (this.chart !== undefined && (this.chart.panels > 1 || isLow(before) !== isLow(this.painted?.getHeight() ?? 0))) {
      this.draw(); // panels have their places in pixels
    }
  }

  dispose(): void {
    this.asked++;
    window.clearTimeout(this.timer);
    this.theme.disconnect();
    this.size.disconnect();
    this.painted?.dispose();
    this.root.remove();
  }

  /** One question after the other, or two changes could change places; of those that were overtaken only changes are asked, and no answer shown. */
  private ask(change?: ChartChange): Promise<void> {
    const asked = ++this.asked;
    const done = this.queue.then(async () => {
      if (change === undefined && asked !== this.asked) {
        return;
      }
      const chart = await this.host.chart({ ...this.wanted(), ...(change === undefined ? {} : { change }) }).catch((error: unknown) => this.say(error));
      if (chart !== undefined && asked === this.asked) {
        this.chart = chart;
        this.fill(chart);
        this.draw();
      }
    });
    this.queue = done.catch(() => undefined);
    return done;
  }

  private say(...notes: readonly unknown[]): void {
    this.notes.hidden = notes.length === 0;
    this.notes.textContent = notes.map((note) => sentence(note instanceof Error ? note.message : String(note))).join(' ');
  }

  private readonly wanted = (): ResultChartParams => ({ view: this.view, width: Math.round(this.picture.clientWidth) });

  private fill(chart: Chart): void {
    const { problem, cells, series, tree, numbers } = chart;
    const focused = this.controls.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const painted = problem === undefined && cells === undefined;
    this.controls.replaceChildren(...chart.controls.map((control) => controlOf(control, (value) => void this.ask({ control: control.id, value }))));
    this.whole.hidden = !painted || tree !== undefined;
    this.saves.forEach((save) => (save.hidden = !painted));
    this.tools.querySelector<HTMLElement>(`[id="${focused ?? ''}"]`)?.focus();
    this.say(...chart.notes);
    this.picture.setAttribute('role', painted ? 'img' : 'group');
    this.picture.setAttribute('aria-label', chart.summary);
    this.picture.setAttribute('aria-description', painted && tree === undefined ? 'Plus and minus zoom, arrows move, 0 shows all' : '');
    // A series can be switched off by keyboard; the mouse has the legend in the picture.
    const toggle = (name: string): HTMLElement => pressed(button({ label: name, text: name, act: () => this.painted?.dispatchAction({ type: 'legendToggleSelect', name }) }), true);
    this.keys.replaceChildren(...(painted && chart.legend ? (tree ?? series).map(({ name }) => toggle(name)) : []));
    this.data.hidden = numbers === undefined;
    this.data.replaceChildren(element('summary', {}, 'Numbers'), element('p', {}, chart.summary), ...(numbers === undefined ? [] : [table(numbers, 'Numbers of the chart')]));
  }

  private draw(): void {
    const chart = this.chart;
    this.painted?.dispose();
    this.painted = undefined;
    if (chart?.problem !== undefined) {
      const { message, next } = chart.problem;
      this.picture.replaceChildren(element('div', { class: 'message' }, element('p', { class: 'title' }, `No chart: ${message}.`), element('p', {}, sentence(next))));
    } else if (chart?.cells !== undefined) {
      this.picture.replaceChildren(chart.form === 'card' ? card(chart.cells) : table(chart.cells, chart.title || 'Pivot'));
    } else if (chart !== undefined) {
      this.picture.replaceChildren();
      this.painted = init(this.picture);
      this.painted.setOption(optionOf(chart, currentTheme(), this.painted.getHeight(), this.host.wheel));
      // What was switched off stays so in another theme or size.
      this.painted.setOption({ legend: { selected: Object.fromEntries([...this.keys.children].map((key) => [key.textContent, key.ariaPressed !== 'false'])) } });
      this.painted.on('datazoom', () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => void this.detail(), 150);
      });
      this.painted.on('legendselectchanged', (event) =>
        this.keys.querySelectorAll('button').forEach((key) => pressed(key, (event as { selected: Record<string, boolean> }).selected[key.textContent] !== false)));
    }
  }

  private readonly zoomed = (): Zoom | undefined => (this.painted?.getOption() as { dataZoom?: Zoom[] } | undefined)?.dataZoom?.[0];

  private zoom(start: number, end: number): void {
    this.painted?.dispatchAction({ type: 'dataZoom', start: Math.max(0, start), end: Math.min(100, end) });
  }

  private onKey(event: KeyboardEvent): void {
    const { start, end } = this.zoomed() ?? { start: 0, end: 0 };
    const part = (end - start) / 4;
    const [left, right] = [Math.min(part, start), Math.min(part, 100 - end)];
    const moves: Record<string, readonly [number, number]> = { '+': [part, -part], '=': [part, -part], '-': [-2 * part, 2 * part], '0': [-start, 100 - end], ArrowLeft: [-left, -left], ArrowRight: [right, right] };
    const move = moves[event.key];
    if (move !== undefined && end > 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.zoom(start + move[0], end + move[1]);
    }
  }

  /** Of a picture that was thinned, the part in sight has more to show. */
  private async detail(): Promise<void> {
    const [chart, zoomed] = [this.chart, this.zoomed()];
    if (chart?.thinned !== true || zoomed === undefined || chart.x.type === 'category') {
      return;
    }
    const asked = ++this.asked;
    const whole = zoomed.start <= 0 && zoomed.end >= 100;
    const range = { low: zoomed.startValue, high: zoomed.endValue };
    const part = whole ? chart : await this.host.chart({ ...this.wanted(), range }).catch(() => chart);
    if (asked === this.asked && part.series.length === chart.series.length) {
      this.painted?.setOption({ series: seriesOf(part, currentTheme()) });
    }
  }

  private async save(format: ImageFormat): Promise<void> {
    const { painted, view } = this;
    if (painted !== undefined) {
      const data = format === 'svg' ? svg(painted) : (painted.getDataURL({ type: 'png', pixelRatio: 2 }).split(',')[1] ?? '');
      await this.host.image({ view, format, data }).then(({ path }) => path !== '' && this.say(`saved to ${path}`), (error: unknown) => this.say(error));
    }
  }
}

const pressed = (control: HTMLElement, on: boolean): HTMLElement => Object.assign(control, { ariaPressed: String(on) });
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function svg(painted: EChartsType): string {
  const paper = init(null, null, { renderer: 'svg', ssr: true, width: painted.getWidth(), height: painted.getHeight() });
  paper.setOption(painted.getOption());
  const text = paper.renderToSVGString();
  paper.dispose();
  return text;
}

/** A control as the server describes it: a switch, one of several, or several of them. */
function controlOf({ id, label, many, options, value }: ChartControl, change: (value: string[]) => void): HTMLElement {
  if (options === undefined) {
    const on = value.length > 0;
    return Object.assign(pressed(button({ label, text: label, class: 'tool', act: () => change(on ? [] : ['on']) }), on), { id: `chart-${id}` });
  }
  if (many !== true) {
    const now = value[0] ?? '';
    const all = options.some((one) => one.value === now) ? options : [{ value: now, label: now }, ...options];
    const made = element('select', { id: `chart-${id}`, 'aria-label': label, title: label }, ...all.map((one) => element('option', { value: one.value, selected: one.value === now }, one.label)));
    made.addEventListener('change', () => change([made.value]));
    return made;
  }
  // In the order in which they are chosen, and all at once when the list is left.
  let chosen = value;
  const boxes = options.map((one) => element('label', {}, element('input', { type: 'checkbox', value: one.value, checked: value.includes(one.value) }), one.label));
  const head = element('summary', { id: `chart-${id}` }, `${label}: ${value.length > 1 ? `${value.length} columns` : (value[0] ?? 'none')}`);
  const made = element('details', { class: 'chart-many' }, head, element('div', { class: 'chart-choices', role: 'group', 'aria-label': label }, ...boxes));
  made.addEventListener('change', ({ target }) => {
    const box = target as HTMLInputElement;
    chosen = [...chosen.filter((name) => name !== box.value), ...(box.checked ? [box.value] : [])];
  });
  made.addEventListener('keydown', (event) => event.key === 'Escape' && (head.focus(), (made.open = false)));
  made.addEventListener('focusout', ({ relatedTarget }) => !made.contains(relatedTarget as Node | null) && (made.open = false));
  made.addEventListener('toggle', () => !made.open && chosen.join() !== value.join() && change(chosen));
  return made;
}

function table([head = [], ...body]: readonly (readonly string[])[], label: string): HTMLElement {
  const rows = body.map(([first = '', ...rest]) => element('tr', {}, element('th', { scope: 'row' }, first), ...rest.map((text) => element('td', {}, text))));
  const heading = element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)));
  return element('div', { class: 'chart-table', tabindex: 0, role: 'region', 'aria-label': label }, element('table', {}, element('thead', {}, heading), element('tbody', {}, ...rows)));
}

function card(cells: readonly (readonly string[])[]): HTMLElement {
  return element('dl', { class: 'chart-cards' }, ...cells.map(([name = '', text = '']) => element('div', {}, element('dt', {}, name), element('dd', {}, text))));
}

globalThis.calypsoChart = ChartView;
