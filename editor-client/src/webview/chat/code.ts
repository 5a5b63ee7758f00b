/** A piece of code with what can be done with it. */
import { button, element } from '../dom';

/** What buttons in the chat do. */
export interface Actions {
  readonly code: (what: 'insert' | 'run' | 'open' | 'explain' | 'copy', text: string) => void;
  readonly link: (href: string) => void;
}

/** KQL can be put into the document and run; other code only copied. */
export function codeBlock(text: string, kql: boolean, actions: Actions): HTMLElement {
  const code = text.replace(/\n$/, '');
  const act = (what: Parameters<Actions['code']>[0], label: string, icon: string): HTMLElement =>
    button({ label, icon, class: 'tool', act: () => actions.code(what, code) });
  const tools = element('div', { class: 'code-tools', role: 'toolbar', 'aria-label': 'Query' });
  if (kql) {
    tools.append(
      act('insert', 'Insert into the document', 'insert'),
      act('run', 'Run', 'play'),
      act('open', 'Open in an editor', 'go-to-file'),
      act('explain', 'Explain', 'question'),
    );
  }
  tools.append(act('copy', 'Copy', 'copy'));
  return element('div', { class: 'code' }, element('pre', { tabindex: 0 }, element('code', {}, code)), tools);
}
