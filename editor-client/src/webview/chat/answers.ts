/** What tools answer, for people: texts, tables, lists and pictures that the server wrote. No tool is known here. */
import type { AgentBlock, AgentFinding } from '../../../generated/protocol';
import { button, element, icon } from '../dom';
import { codeBlock, type Actions } from './code';
import type { ChatHost } from './host';
import { picture } from './markdown';

export function blocks(list: readonly AgentBlock[], host: ChatHost, actions: Actions): Node[] {
  return list.map((block) => {
    const { text, code, svg } = block;
    if (code !== undefined) {
      return text === undefined ? codeBlock(code, true, actions) : element('div', { class: 'part' }, element('code', {}, code), element('p', { class: 'count' }, text));
    }
    if (block.list !== undefined) {
      return element('ul', { class: 'findings' }, ...block.list.map((line) => element('li', { class: 'finding' }, line)));
    }
    if (block.columns !== undefined) {
      return table(block, host);
    }
    const said = svg === undefined ? (text ?? '') : picture(svg);
    return block.icon === undefined ? element('p', { class: 'count' }, said) : element('p', { class: 'verdict' }, icon(block.icon), said);
  });
}

function table({ columns = [], rows = [], right = [], label, command }: AgentBlock, host: ChatHost): HTMLElement {
  const at = (column: number): string | undefined => (right.includes(column) ? 'right' : undefined);
  const cell = (text: string, column: number): HTMLElement => {
    const line = `${command ?? ''} ${text}`;
    const content = command === undefined || column > 0 ? text : button({ label: line, text, class: 'link', act: () => host.send({ type: 'ask', text: line, document: false }) });
    return element('td', { class: at(column) }, content);
  };
  const head = element('tr', {}, ...columns.map((name, i) => element('th', { scope: 'col', class: at(i) }, name)));
  const body = rows.map((row) => element('tr', {}, ...row.map(cell)));
  return element('div', { class: 'rows', tabindex: 0, role: 'region', 'aria-label': label }, element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
}

/** What the guard found; nothing when that is nothing. */
export function findingsList(findings: readonly AgentFinding[]): HTMLElement[] {
  const line = ({ class: kind, message }: AgentFinding): HTMLElement =>
    element('li', { class: `finding ${kind}` }, icon(kind === 'deny' ? 'error' : kind === 'ask' ? 'warning' : 'info'), message);
  return findings.length === 0 ? [] : [element('ul', { class: 'findings', 'aria-label': 'Findings' }, ...findings.map(line))];
}
