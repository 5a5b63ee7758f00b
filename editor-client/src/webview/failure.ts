/** An error for a person: what, where, what next. */
import type { FailureInfo } from '../../generated/protocol';
import { capital } from '../server/failure';
import { element, icon } from './dom';

/** Actions are buttons that stand below the text. */
export function failureBox(failure: FailureInfo, actions: readonly HTMLElement[]): HTMLElement {
  const { hint, code, detail } = failure.data;
  const text = element('div', { class: 'failure-text' }, element('p', { class: 'failure-message' }, capital(failure.message)));
  if (hint !== undefined && hint !== '' && !actions.some((action) => action.textContent.toLowerCase() === hint)) {
    text.append(element('p', { class: 'failure-hint' }, icon('lightbulb'), capital(hint)));
  }
  if (actions.length > 0) {
    text.append(element('div', { class: 'failure-actions' }, ...actions));
  }
  if (detail !== undefined && detail !== '' && detail !== failure.message) {
    text.append(element('details', {}, element('summary', {}, 'Full answer of the server'), element('pre', {}, detail)));
  }
  if (code !== undefined && code !== '') {
    text.append(element('p', { class: 'failure-code' }, code));
  }
  return element('div', { class: 'failure' }, icon('error'), text);
}
