/** What the tools answer, for people. Shapes are looked at, never trusted: an answer of another shape is shown as its JSON. */
import type { AgentFinding } from '../../protocol.gen';
import { object, text, type Shape } from '../../results/messages';
import { button, element, icon } from '../dom';
import { failureBox } from '../failure';
import type { ChatHost } from './host';
import { preview, rowsText, table, type Rows } from './preview';

/** The answer of a tool; rows are paged by the result's id where there is one. */
export function answerBox(host: ChatHost, output: unknown, result: string): HTMLElement {
  if (!object(output)) {
    return json(output);
  }
  if (object(output['error'])) {
    return failed(output['error']);
  }
  const rows = rowsOf(output);
  if (rows !== undefined) {
    return preview(host, result, rows, Number(output['rowCount']));
  }
  for (const draw of [tables, columns, functions, verdict, steps]) {
    const box = draw(output, host);
    if (box !== undefined) {
      return box;
    }
  }
  return json(output);
}

/** The rows that an answer holds itself. */
export function rowsOf(output: unknown): Rows | undefined {
  if (!object(output) || !Array.isArray(output['columns']) || !Array.isArray(output['rows'])) {
    return undefined;
  }
  return output as unknown as Rows;
}

export function findingsList(findings: readonly AgentFinding[]): HTMLElement {
  const line = ({ class: kind, message }: AgentFinding): HTMLElement =>
    element('li', { class: `finding ${kind}` }, icon(kind === 'deny' ? 'error' : kind === 'ask' ? 'warning' : 'info'), message);
  return element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...findings.map(line));
}

export function json(value: unknown): HTMLElement {
  return element('pre', { class: 'json', tabindex: 0 }, value === undefined ? '' : JSON.stringify(value, undefined, 2));
}

export function failed(error: Shape): HTMLElement {
  const of = (name: string): string => (text(error[name]) ? error[name] : '');
  const box = failureBox({ message: of('message'), data: { kind: 'other', hint: of('hint'), code: of('code') } }, []);
  const details = element('ul', { class: 'findings' });
  for (const found of list(error['diagnostics'])) {
    details.append(element('li', { class: 'finding' }, `line ${String(found['line'])}: ${String(found['message'])}`));
  }
  for (const found of list(error['findings'])) {
    details.append(element('li', { class: 'finding' }, String(found['message'])));
  }
  if (details.childElementCount > 0) {
    box.querySelector('.failure-text')?.append(details);
  }
  return box;
}

function list(value: unknown): Shape[] {
  return Array.isArray(value) ? value.filter(object) : [];
}

const string = (name: string): { name: string; type: string } => ({ name, type: 'string' });

function total(output: Shape, what: string): HTMLElement {
  const n = Number(output['total']);
  return element('p', { class: 'count' }, `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}${output['truncated'] === true ? ', not all of them listed' : ''}`);
}

function tables(output: Shape, host: ChatHost): HTMLElement | undefined {
  if (!Array.isArray(output['tables']) || !text(output['database'])) {
    return undefined;
  }
  const rows = list(output['tables']).map((t) => [t['name'], t['columnCount'], t['docstring'] ?? '']);
  const box = table({ columns: [string('Table'), { name: 'Columns', type: 'long' }, string('About')], rows }, 'Tables');
  for (const cell of box.querySelectorAll('tbody td:first-child')) {
    const name = cell.textContent;
    cell.replaceChildren(button({ label: `Schema of ${name}`, text: name, class: 'link', act: () => host.send({ type: 'ask', text: `/schema ${name}`, document: false }) }));
  }
  return element('div', {}, box, total(output, 'table'));
}

function columns(output: Shape): HTMLElement | undefined {
  if (!Array.isArray(output['columns']) || !text(output['table'])) {
    return undefined;
  }
  const rows = list(output['columns']).map((c) => [c['name'], c['type'], c['docstring'] ?? '']);
  const box = table({ columns: [string('Column'), string('Type'), string('About')], rows }, `Columns of ${output['table']}`);
  return element('div', {}, ...(text(output['docstring']) ? [element('p', {}, output['docstring'])] : []), box);
}

function functions(output: Shape): HTMLElement | undefined {
  if (!Array.isArray(output['functions'])) {
    return undefined;
  }
  const rows = list(output['functions']).map((f) => [`${String(f['name'])}${String(f['parameters'])}`, f['docstring'] ?? '']);
  return element('div', {}, ...(rows.length > 0 ? [table({ columns: [string('Function'), string('About')], rows }, 'Functions')] : []), total(output, 'function'));
}

function verdict(output: Shape): HTMLElement | undefined {
  if (typeof output['ok'] !== 'boolean') {
    return undefined;
  }
  const lines = list(output['diagnostics']).map((d) => element('li', { class: 'finding' }, `line ${String(d['line'])}: ${String(d['message'])}`));
  const guard = object(output['guard']) ? list(output['guard']['findings']).map((f) => element('li', { class: 'finding' }, String(f['message']))) : [];
  const head = element('p', { class: 'verdict' }, icon(output['ok'] ? 'pass' : 'error'), output['ok'] ? 'The query is fine.' : 'The query has faults.');
  const gives = list(output['columns']).map((c) => `${String(c['name'])}: ${String(c['type'])}`);
  return element('div', {}, head, ...(lines.length + guard.length > 0 ? [element('ul', { class: 'findings' }, ...lines, ...guard)] : []), ...(gives.length > 0 ? [element('p', { class: 'count' }, `Gives ${gives.join(', ')}`)] : []));
}

function steps(output: Shape): HTMLElement | undefined {
  if (!Array.isArray(output['steps'])) {
    return undefined;
  }
  const items = list(output['steps']).map((step) => {
    const gives = Array.isArray(step['columns']) ? step['columns'].map(String).join(', ') : '';
    return element(
      'li',
      {},
      element('code', {}, String(step['text'])),
      ...(text(step['does']) ? [element('p', {}, step['does'])] : []),
      ...(gives === '' ? [] : [element('p', { class: 'count' }, `→ ${gives}`)]),
    );
  });
  return element('ol', { class: 'steps' }, ...items);
}

export { rowsText };
