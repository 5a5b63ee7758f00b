/** The box in which people write: it grows, sends on Enter, completes commands, recalls what was asked before. */
import type { ChatBar } from '../../agent/messages';
import type { AgentCompletion } from '../../../generated/protocol';
import { button, element, icon } from '../dom';
import type { ChatHost } from './host';

export class Composer {
  readonly root = element('form', { class: 'composer', 'aria-label': 'Ask' });
  private readonly box = element('textarea', {
    rows: 1,
    'aria-label': 'Question or command',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'commands',
  });
  private readonly popup = element('ul', { class: 'popup', id: 'commands', role: 'listbox', 'aria-label': 'Commands', hidden: true });
  private readonly send = button({ label: 'Send', icon: 'send', class: 'tool', act: () => this.submit() });
  private readonly stop = button({ label: 'Stop', icon: 'debug-stop', class: 'tool', act: () => this.host.send({ type: 'stop' }) });
  private readonly chip = button({ label: '', class: 'chip', act: () => this.toggle() });
  private readonly model = button({ label: 'Model', class: 'chip', act: () => this.host.send({ type: 'chooseModel' }) });
  private readonly place = button({ label: 'Connection', class: 'chip', act: () => this.host.send({ type: 'connect' }) });
  private readonly tokens = element('span', { class: 'tokens' });
  private readonly asked: string[] = [];
  private recalled = 0;
  private chosen = 0;
  private matches: readonly AgentCompletion[] = [];
  private with = true;
  private bar: ChatBar | undefined;

  constructor(private readonly host: ChatHost) {
    const field = element('div', { class: 'field' }, this.box, element('div', { class: 'field-foot' }, this.chip, element('div', { class: 'sends' }, this.stop, this.send)));
    this.root.append(this.popup, field, element('div', { class: 'about' }, this.model, this.place, this.tokens));
    this.root.addEventListener('submit', (event) => event.preventDefault());
    this.box.addEventListener('keydown', (event) => this.onKey(event));
    this.box.addEventListener('input', () => this.changed());
    this.box.addEventListener('blur', () => this.close());
  }

  focus(text = ''): void {
    if (text !== '') {
      this.box.value = text;
      this.changed();
    }
    this.box.focus();
  }

  update(bar: ChatBar): void {
    this.bar = bar;
    const { status, busy, document, place, used } = bar;
    if (busy === '' && window.document.activeElement === this.stop) {
      this.box.focus(); // what hides itself would take the focus along
    }
    this.stop.hidden = busy === '';
    this.send.hidden = busy !== '' && this.box.value.trim() === '';
    this.chip.hidden = document === '';
    label(this.chip, 'file-code', document, this.with ? `${document} goes along with the question; press to leave it out` : `${document} stays here; press to send it along`);
    this.chip.setAttribute('aria-pressed', String(this.with));
    const model = status?.model ?? undefined;
    label(this.model, model === undefined ? 'warning' : 'sparkle', model?.deployment ?? 'No model', model === undefined ? 'Set up a model' : `Model: ${model.deployment} at ${model.host} (${model.auth})`);
    this.place.hidden = place === '';
    label(this.place, 'database', place, `Queries run on ${place}`);
    this.tokens.textContent = used?.text ?? '';
    this.tokens.title = used?.tooltip ?? '';
    const ready = model !== undefined;
    this.box.placeholder = !ready ? 'Type / for commands' : busy === '' ? 'Ask, or type / for commands' : 'Add to the question';
  }

  private toggle(): void {
    this.with = !this.with;
    if (this.bar !== undefined) {
      this.update(this.bar);
    }
  }

  private submit(): void {
    const text = this.box.value.trim();
    if (text === '') {
      return;
    }
    this.host.send({ type: 'ask', text, document: this.with && this.bar?.document !== '' });
    this.asked.push(text);
    this.recalled = this.asked.length;
    this.box.value = '';
    this.changed();
  }

  private changed(): void {
    // Typed style is allowed by the page's policy; only markup's isn't.
    this.box.style.height = 'auto';
    this.box.style.height = `${Math.min(this.box.scrollHeight, 220)}px`;
    this.send.hidden = this.bar?.busy !== '' && this.box.value.trim() === '';
    this.offer(this.box.value, []);
    if (this.box.value.startsWith('/') && !this.box.value.includes('\n')) {
      this.host.send({ type: 'complete', text: this.box.value });
    }
  }

  /** Shows what may be meant, unless the person typed on. */
  offer(line: string, items: readonly AgentCompletion[]): void {
    if (line === this.box.value) {
      this.matches = items;
      this.chosen = 0;
      this.complete();
    }
  }

  private complete(): void {
    const { matches } = this;
    this.popup.hidden = matches.length === 0;
    this.box.setAttribute('aria-expanded', String(matches.length > 0));
    this.popup.replaceChildren(
      ...matches.map(({ line, label, detail }, index) => {
        const option = element('li', { role: 'option', id: `command-${index}`, 'aria-selected': String(index === this.chosen) }, element('code', {}, label), element('span', {}, detail));
        option.addEventListener('mousedown', (event) => {
          event.preventDefault();
          this.take(line);
        });
        return option;
      }),
    );
    if (matches.length > 0) {
      this.box.setAttribute('aria-activedescendant', `command-${this.chosen}`);
    } else {
      this.box.removeAttribute('aria-activedescendant');
    }
  }

  private take(line: string): void {
    this.box.value = line;
    this.changed();
    this.box.focus();
  }

  private close(): void {
    this.popup.hidden = true;
    this.box.setAttribute('aria-expanded', 'false');
  }

  private onKey(event: KeyboardEvent): void {
    const { matches } = this;
    const open = matches.length > 0 && !this.popup.hidden;
    const chosen = matches[this.chosen];
    if (event.isComposing) {
      return;
    }
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      this.chosen = (this.chosen + (event.key === 'ArrowDown' ? 1 : matches.length - 1)) % matches.length;
      this.complete();
    } else if (open && chosen !== undefined && (event.key === 'Tab' || event.key === 'Enter')) {
      this.take(chosen.line);
    } else if (open && event.key === 'Escape') {
      this.close();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      this.submit();
    } else if (event.key === 'Escape' && this.bar?.busy !== '') {
      this.host.send({ type: 'stop' });
    } else if (event.key === 'ArrowUp' && (this.box.value === '' || this.box.value === this.asked[this.recalled])) {
      this.recall(-1);
    } else if (event.key === 'ArrowDown' && this.box.value !== '' && this.box.value === this.asked[this.recalled]) {
      this.recall(1);
    } else {
      return;
    }
    event.preventDefault();
  }

  private recall(step: number): void {
    this.recalled = Math.max(0, Math.min(this.asked.length, this.recalled + step));
    this.box.value = this.asked[this.recalled] ?? '';
    this.changed();
  }
}

function label(control: HTMLElement, symbol: string, text: string, tooltip: string): void {
  control.replaceChildren(icon(symbol), element('span', { class: 'label' }, text));
  control.title = tooltip;
  control.setAttribute('aria-label', tooltip);
}
