/** What tools answer, for people: texts, tables and lists that the server wrote. No tool is known here. */
import type { AgentBlock, AgentFailure, AgentFinding } from '../../../generated/protocol';
import { object, text } from '../../results/messages';
import { button, element, icon } from '../dom';
import { failureBox } from '../failure';
import { codeBlock, type Actions } from './code';
import type { ChatHost } from './host';
import type { Rows } from './chart';
import { preview, rowsText, table } from './preview';

/** The answer to a model's query; rows are paged by the result's id where there is one. */
export function answerBox(host: ChatHost, output: unknown, result: string): HTMLElement {
  if (!object(output)) {
    return json(output);
  }
  const { error } = output;
  if (object(error)) {
    const of = (name: string): string => (text(error[name]) ? error[name] : '');
    const lines = [error['diagnostics'], error['findings']].flat().filter(object);
    const told = lines.map(({ line, message }) => (typeof line === 'number' ? `line ${line}: ` : '') + String(message));
    return failed({ kind: '', message: of('message'), hint: of('hint') }, told);
  }
  const rows = rowsOf(output);
  return rows === undefined ? json(output) : preview(host, result, rows, Number(output['rowCount']));
}

/** The rows that an answer holds itself. */
function rowsOf(output: unknown): Rows | undefined {
  const has = object(output) && Array.isArray(output['columns']) && Array.isArray(output['rows']);
  return has ? (output as unknown as Rows) : undefined;
}

export function blocks(list: readonly AgentBlock[], host: ChatHost, actions: Actions): HTMLElement[] {
  return list.map((block) => {
    if (block.code !== undefined) {
      return block.text === undefined
        ? codeBlock(block.code, true, actions)
        : element('div', { class: 'part' }, element('code', {}, block.code), element('p', { class: 'count' }, block.text));
    }
    if (block.list !== undefined) {
      return lines(block.list);
    }
    return block.rows === undefined && block.columns === undefined ? element('p', { class: block.icon === undefined ? 'count' : 'verdict' }, ...(block.icon === undefined ? [] : [icon(block.icon)]), block.text ?? '') : grid(block, host);
  });
}

function grid({ columns = [], rows = [], label = '', command }: AgentBlock, host: ChatHost): HTMLElement {
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => /^-?\d+$/.test(row[i] ?? '')));
  const box = table({ columns: columns.map((name, i) => ({ name, type: numeric[i] ? 'long' : 'string' })), rows }, label);
  for (const cell of command === undefined ? [] : box.querySelectorAll('tbody td:first-child')) {
    const line = `${command ?? ''} ${cell.textContent}`;
    cell.replaceChildren(button({ label: line, text: cell.textContent, class: 'link', act: () => host.send({ type: 'ask', text: line, document: false }) }));
  }
  return box;
}

export function findingsList(findings: readonly AgentFinding[]): HTMLElement {
  const line = ({ class: kind, message }: AgentFinding): HTMLElement =>
    element('li', { class: `finding ${kind}` }, icon(kind === 'deny' ? 'error' : kind === 'ask' ? 'warning' : 'info'), message);
  return element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...findings.map(line));
}

function lines(list: readonly string[]): HTMLElement {
  return element('ul', { class: 'findings' }, ...list.map((line) => element('li', { class: 'finding' }, line)));
}

export function json(value: unknown): HTMLElement {
  return element('pre', { class: 'json', tabindex: 0 }, value === undefined ? '' : JSON.stringify(value, undefined, 2));
}

export function failed({ message, hint = '' }: AgentFailure, details: readonly string[], actions: readonly HTMLElement[] = []): HTMLElement {
  const box = failureBox({ message, data: { kind: 'other', hint } }, actions);
  if (details.length > 0) {
    box.querySelector('.failure-text')?.append(lines(details));
  }
  return box;
}

export { rowsText };
