/** A whole cell beside the grid: long text is not cut, JSON is indented. Escape closes it. */
import type { ResultColumn } from '../protocol.gen';
import { wholeText } from './cells';
import { button, element } from './dom';
import type { ResultsHost } from './host';
import type { Place } from './selection';

export class CellDetail {
  readonly root = element('aside', { class: 'detail', 'aria-label': 'Cell', hidden: true });
  private asked = 0;

  /** Closed is called when a person closes it: the focus goes back to the grid. */
  constructor(
    private readonly host: ResultsHost,
    private readonly closed: () => void,
  ) {
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.close();
      }
    });
  }

  async open(view: string, place: Place, column: ResultColumn | undefined): Promise<void> {
    const asked = ++this.asked;
    let text: string;
    try {
      const cell = await this.host.call('kusto/result/cell', { view, row: place.row, column: place.column });
      text = wholeText(cell.value, cell.type) + (cell.clipped ? '\n… cut at 1 MiB: export has all of it' : '');
    } catch (error) {
      text = error instanceof Error ? error.message : String(error);
    }
    if (asked !== this.asked) {
      return;
    }
    const content = element('pre', { tabindex: 0, 'aria-label': `Value of ${column?.name ?? ''}` }, text);
    this.root.replaceChildren(
      element(
        'header',
        {},
        element('span', { class: 'label' }, column?.name ?? ''),
        element('span', { class: 'type' }, `${column?.type ?? ''}, row ${(place.row + 1).toLocaleString('en')}`),
        button({ label: 'Copy value', icon: 'copy', class: 'tool', act: () => this.host.send({ type: 'text', text }) }),
        button({ label: 'Close', icon: 'close', class: 'tool', act: () => this.close() }),
      ),
      content,
    );
    this.root.hidden = false;
    content.focus();
  }

  private close(): void {
    this.root.hidden = true;
    this.closed();
  }
}
