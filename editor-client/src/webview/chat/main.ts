/** The Chat view: the conversation, and below it the box to write in. What happened the extension tells; nothing is kept here. */
import { toChat, type ChatBar, type ChatItem, type ToChat } from '../../agent/messages';
import { element } from '../dom';
import { Host } from '../host';
import { Composer } from './composer';
import type { ChatHost } from './host';
import { draw, setup, type Drawn, type Surroundings } from './items';

class ChatView {
  private readonly list = element('div', { class: 'items' });
  private readonly log = element('div', { class: 'log', role: 'log', 'aria-label': 'Conversation', 'aria-live': 'off', tabindex: 0 }, this.list);
  // Screen readers hear whole sentences here; the log itself would read every word as it comes.
  private readonly voice = element('div', { class: 'voice', role: 'status', 'aria-live': 'polite' });
  private readonly working = element('div', { class: 'working', hidden: true });
  private readonly host: ChatHost = new Host(toChat, (message) => this.update(message));
  private readonly composer = new Composer(this.host);
  private readonly items = new Map<string, Drawn>();
  private readonly texts = new Map<string, string>();
  private readonly around: Surroundings;
  private spoken = '';
  // The end stays in sight while things grow, unless the person scrolled away from it.
  private following = true;
  private top = 0;
  private bar: ChatBar | undefined;

  constructor(root: HTMLElement) {
    this.around = {
      host: this.host,
      actions: {
        code: (type, text) => this.host.send({ type, text }),
        link: (href) => this.host.send({ type: 'link', href }),
      },
      commands: () => this.bar?.status?.commands ?? [],
      setupText: () => ({ reason: this.bar?.status?.reason ?? '', hint: this.bar?.status?.hint ?? '' }),
    };
    root.append(this.working, this.log, this.voice, this.composer.root);
    root.addEventListener('keydown', (event) => event.key === 'Escape' && this.composer.focus());
    this.log.addEventListener('scroll', () => this.scrolled(), { passive: true });
    const follow = new ResizeObserver(() => this.following && this.toEnd());
    follow.observe(this.list);
    follow.observe(this.log);
    window.addEventListener('focus', () => document.activeElement === document.body && this.composer.focus());
    this.host.send({ type: 'ready' });
  }

  private update(message: ToChat): void {
    switch (message.type) {
      case 'all':
        this.items.clear();
        this.list.replaceChildren();
        this.surround(message.bar);
        for (const item of message.items) {
          this.put(item);
        }
        break;
      case 'bar':
        this.surround(message.bar);
        break;
      case 'item':
        this.put(message.item);
        this.announce(message.item);
        break;
      case 'delta':
        this.grow(message.id, message.text);
        break;
      case 'void':
        for (const id of message.ids) {
          this.items.get(id)?.root.remove();
          this.items.delete(id);
        }
        break;
      case 'completions':
        this.composer.offer(message.line, message.items);
        break;
      case 'focus':
        this.composer.focus(message.text);
        break;
    }
    this.welcome();
    const asked = message.type === 'item' && message.item.type === 'userMessage';
    if (asked || message.type === 'all') {
      this.following = true;
      this.toEnd();
    }
  }

  /** News of a scroll comes late: what grew meanwhile mustn't be taken for a person who moved away. Only a way up is. */
  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const atEnd = scrollHeight - scrollTop - clientHeight < 40;
    this.following = atEnd || (this.following && scrollTop >= this.top);
    this.top = scrollTop;
  }

  private toEnd(): void {
    this.log.scrollTop = this.items.size === 0 ? 0 : this.log.scrollHeight;
  }

  private surround(bar: ChatBar): void {
    this.bar = bar;
    this.working.hidden = bar.busy !== 'active';
    this.composer.update(bar);
  }

  private put(item: ChatItem): void {
    const drawn = draw(item, this.around);
    const old = this.items.get(item.id);
    const focused = old?.root.contains(document.activeElement) === true;
    if (old === undefined) {
      this.list.append(drawn.root);
    } else {
      old.root.replaceWith(drawn.root);
    }
    this.items.set(item.id, drawn);
    this.texts.set(item.id, item.text ?? '');
    if (focused) {
      this.composer.focus();
    }
  }

  private grow(id: string, text: string): void {
    const whole = (this.texts.get(id) ?? '') + text;
    this.texts.set(id, whole);
    this.items.get(id)?.grow?.(text);
    this.speak(id, whole, false);
  }

  private announce(item: ChatItem): void {
    if (item.type === 'agentMessage' && item.open !== true) {
      this.speak(item.id, item.text ?? '', true);
    } else if (item.approval !== undefined) {
      this.voice.textContent = `A query waits for your approval: ${item.approval.query}`;
    } else if (item.type === 'error' || item.type === 'notice') {
      this.voice.textContent = item.error?.message ?? item.text ?? '';
    }
  }

  /** Says the sentences that are whole and weren't said. */
  private speak(id: string, text: string, all: boolean): void {
    const key = `${id}:`;
    const done = this.spoken.startsWith(key) ? Number(this.spoken.slice(key.length)) : 0;
    const end = all ? text.length : Math.max(text.lastIndexOf('. '), text.lastIndexOf('.\n'), text.lastIndexOf('\n\n')) + 1;
    if (end > done) {
      this.voice.textContent = text.slice(done, end);
      this.spoken = `${key}${end}`;
    }
  }

  /** What stands where nothing was said yet. */
  private welcome(): void {
    const old = this.log.querySelector('.welcome');
    if (this.items.size > 0 || this.bar?.status === undefined) {
      old?.remove();
      return;
    }
    const help = this.bar.status.model === null ? setup(this.around) : [element('p', {}, 'Ask about your data in words. Queries are checked against the schema, and you see each one before it runs.'), element('p', { class: 'count' }, 'Type / for commands that need no model.')];
    const fresh = element('div', { class: 'welcome' }, ...help);
    if (old === null) {
      this.list.append(fresh);
    } else if (old.textContent !== fresh.textContent) {
      old.replaceWith(fresh);
    }
  }
}

const root = document.getElementById('chat');
if (root !== null) {
  new ChatView(root);
}
