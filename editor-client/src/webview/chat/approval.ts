/** The question whether a query may run: what runs where, what the model gets of it, and the answers. */
import type { AgentApproval } from '../../../generated/protocol';
import { button, element, icon } from '../dom';
import type { ChatHost } from './host';

export function approvalBox(host: ChatHost, asked: AgentApproval, query: HTMLElement): HTMLElement {
  const box = element('div', { class: 'approval', role: 'group', 'aria-label': asked.question });
  const decide = (decision: 'accept' | 'acceptForSession' | 'decline', more: { query?: string; note?: string } = {}): void => {
    if (box.ariaBusy === 'true') {
      return; // pressed twice
    }
    box.ariaBusy = 'true';
    // What was pressed keeps the focus until the item is drawn anew, and the box to write in takes it over.
    box.querySelectorAll('button, textarea, input').forEach((control) => control.setAttribute(control === document.activeElement ? 'aria-disabled' : 'disabled', 'true'));
    host.send({ type: 'decide', approval: asked.approvalId, decision, ...more });
  };
  let edited: HTMLTextAreaElement | undefined;
  const run = (): void => decide('accept', edited === undefined ? {} : { query: edited.value });
  const approve = button({ label: 'Approve', text: 'Approve', class: 'primary', act: run });
  const edit = button({ label: 'Edit the query', text: 'Edit', class: 'quiet', act: () => beginEdit() });
  edit.hidden = asked.edited === undefined;
  const beginEdit = (): void => {
    edited = element('textarea', { class: 'edit', 'aria-label': 'Query to run', rows: Math.min(asked.query.split('\n').length + 1, 16), spellcheck: 'false' });
    edited.value = asked.query;
    query.replaceWith(edited);
    edit.remove();
    approve.textContent = asked.edited ?? '';
    approve.setAttribute('aria-label', approve.textContent);
    session.forEach((button) => button.remove());
    edited.focus();
  };
  const all = 'Approve all in this chat';
  const session = asked.always !== true ? [] : [button({ label: all, text: all, class: 'quiet', act: () => decide('acceptForSession') })];
  const note = element('input', { class: 'note', type: 'text', placeholder: 'Why not? (optional)', 'aria-label': 'Reason for declining, for the model' });
  const decline = button({ label: 'Decline', text: 'Decline', class: 'quiet', act: () => askWhy() });
  const askWhy = (): void => {
    if (!note.isConnected) {
      decline.before(note);
      note.focus();
      return;
    }
    decide('decline', note.value.trim() === '' ? {} : { note: note.value.trim() });
  };
  note.addEventListener('keydown', (event) => event.key === 'Enter' && askWhy());
  box.append(
    element('p', { class: 'ask' }, icon('shield'), asked.question),
    element('p', { class: 'sent' }, asked.sends),
    element('div', { class: 'buttons' }, approve, edit, decline, ...session),
  );
  return box;
}
