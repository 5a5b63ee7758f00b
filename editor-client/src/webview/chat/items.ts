/** Each kind of item as elements. An item is drawn anew when it changes; only streamed text grows in place. */
import type { ChatItem } from '../../agent/messages';
import type { AgentCommand, AgentFailure } from '../../../generated/protocol';
import { object, text } from '../../results/messages';
import { button, element, icon } from '../dom';
import { answerBox, blocks, failed, findingsList, json } from './answers';
import { approvalBox } from './approval';
import { codeBlock, type Actions } from './code';
import type { ChatHost } from './host';
import { Markdown } from './markdown';
import { preview } from './preview';

export interface Surroundings {
  readonly host: ChatHost;
  readonly actions: Actions;
  readonly commands: () => readonly AgentCommand[];
  readonly setupText: () => { reason: string; hint: string };
}

/** One item on the screen. */
export interface Drawn {
  readonly root: HTMLElement;
  /** More text, where the item streams. */
  readonly grow?: (text: string) => void;
}

export function draw(item: ChatItem, around: Surroundings): Drawn {
  switch (item.type) {
    case 'userMessage':
      return box('user', 'You', element('p', { class: 'said' }, item.text ?? ''));
    case 'agentMessage':
      return answer(item, around);
    case 'reasoning':
      return reasoning(item);
    case 'toolCall':
      return tool(item, around);
    case 'command':
      return box('command', 'Result', ...commandBody(item, around));
    case 'compaction':
      return box('notice', 'Notice', icon('fold'), item.open === true ? 'Making room: summarising the conversation…' : 'The conversation so far was summarised to make room.');
    case 'error':
      return item.error?.kind === 'noModel' ? box('setup', 'Setup', ...setup(around)) : error(item, around);
    default:
      return box('notice', 'Notice', icon('info'), item.text ?? '');
  }
}

function box(kind: string, label: string, ...children: readonly (Node | string)[]): Drawn {
  return { root: element('article', { class: `item ${kind}`, 'aria-label': label }, ...children) };
}

function answer(item: ChatItem, { actions }: Surroundings): Drawn {
  const body = element('div', { class: 'markdown' });
  const markdown = new Markdown(body, actions);
  let text = item.text ?? '';
  markdown.set(text);
  markdown.draw();
  const { root } = box(item.open === true ? 'answer open' : 'answer', 'Answer', body);
  if (item.cut === true) {
    root.append(element('p', { class: 'cut' }, 'The answer stops here before its end.'));
  }
  return {
    root,
    grow: (more) => {
      text += more;
      markdown.set(text);
    },
  };
}

function reasoning(item: ChatItem): Drawn {
  const text = element('p', {}, item.text ?? '');
  const details = element('details', {}, element('summary', {}, item.open === true ? 'Thinking…' : 'Thoughts'), text);
  return { root: element('article', { class: 'item reasoning', 'aria-label': 'Reasoning' }, details), grow: (more) => text.append(more) };
}

const titles: Readonly<Record<string, string>> = {
  kusto_execute_query: 'Query',
  kusto_list_tables: 'Tables',
  kusto_get_table_schema: 'Schema',
  kusto_sample_table: 'Sample',
  kusto_list_functions: 'Functions',
  kusto_validate_query: 'Check',
  kusto_explain_query: 'Explanation',
  kusto_read_result: 'More rows',
  editor_open_query: 'New document',
  editor_insert_query: 'Insert',
};

const statuses: Readonly<Record<string, readonly [icon: string, text: string]>> = {
  inProgress: ['loading', 'running'],
  awaitingApproval: ['shield', 'waits for you'],
  completed: ['pass', 'done'],
  failed: ['error', 'failed'],
  declined: ['circle-slash', 'declined'],
  interrupted: ['debug-stop', 'stopped'],
};

function tool(item: ChatItem, around: Surroundings): Drawn {
  const [symbol, word] = statuses[item.status ?? ''] ?? statuses['inProgress'] ?? ['info', ''];
  const name = titles[item.tool ?? ''] ?? item.tool ?? '';
  const sign = icon(symbol);
  sign.classList.toggle('codicon-modifier-spin', symbol === 'loading');
  const about = tableOf(item);
  const head = element('header', {}, element('span', { class: 'title' }, about === '' ? name : `${name} of ${about}`), element('span', { class: `status ${item.status ?? ''}` }, sign, word));
  const query = item.query ?? item.approval?.query ?? '';
  const body = query === '' ? lookup(item) : queryBody(item, query, around);
  return { root: element('article', { class: 'item call', 'aria-label': `${name}, ${word}` }, head, ...body) };
}

function tableOf(item: ChatItem): string {
  const given = item.arguments;
  return typeof given === 'object' && given !== null && 'table_name' in given ? String(given.table_name) : '';
}

/** A call that sent no query: folded, with what the model got. */
function lookup(item: ChatItem): HTMLElement[] {
  return item.result === undefined ? [] : [sent(item)];
}

function queryBody(item: ChatItem, query: string, around: Surroundings): HTMLElement[] {
  const code = codeBlock(query, true, around.actions);
  const parts: HTMLElement[] = [code];
  if (item.edited === true) {
    parts.push(element('p', { class: 'count' }, 'Edited by you.'));
  }
  if ((item.findings ?? []).length > 0) {
    parts.push(findingsList(item.findings ?? []));
  }
  if (item.approval !== undefined) {
    if (item.approval.findings.length > 0 && (item.findings ?? []).length === 0) {
      parts.push(findingsList(item.approval.findings));
    }
    parts.push(approvalBox(around.host, item.approval, code));
  } else if (item.status === 'declined') {
    parts.push(element('p', { class: 'count' }, declined(item.result)), sent(item));
  } else if (item.result !== undefined) {
    const done = object(item.result) ? item.result['done'] : undefined;
    parts.push(text(done) ? element('p', { class: 'count' }, `Done: ${done}.`) : answerBox(around.host, item.result, item.resultId ?? ''), sent(item));
  }
  return parts;
}

/** Declined by whom, and why: the answer to the model says it. */
function declined(result: unknown): string {
  const error = object(result) && object(result['error']) ? result['error'] : {};
  const [message, hint] = [error['message'], error['hint']].map((part) => (text(part) ? part : ''));
  const said = message === 'the person declined this query' ? 'You declined this query' : (message ?? '');
  return hint === '' ? `${said}.` : `${said}: ${hint ?? ''}`;
}

/** What the model got, word for word. */
function sent(item: ChatItem): HTMLElement {
  const { rows = 0, columns = 0, bytes = 0 } = item.sentToModel ?? {};
  const size = bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
  const what = rows > 0 ? `${rows} rows of ${columns} columns, ${size}` : `no rows, ${size}`;
  return element('details', { class: 'sent' }, element('summary', {}, `Sent to the model: ${what}`), json(item.result));
}

function commandBody(item: ChatItem, { host, actions }: Surroundings): (Node | string)[] {
  if (item.run === undefined) {
    const sign = icon('loading');
    sign.classList.add('codicon-modifier-spin');
    return [element('p', { class: 'count' }, sign, 'Working…')];
  }
  const { blocks: list, error: failure, resultId = '', rowCount = 0, findings = [], query } = item.run;
  return [
    ...(query === undefined ? [] : [codeBlock(query, true, actions)]),
    ...(findings.length > 0 ? [findingsList(findings)] : []),
    ...(failure === undefined ? [] : [failed(failure, [], actionsOf(failure, host))]),
    ...(resultId === '' ? [] : [preview(host, resultId, undefined, rowCount)]),
    ...blocks(list, host, actions),
  ];
}

function error(item: ChatItem, { host }: Surroundings): Drawn {
  const failure = item.error ?? { kind: '', message: item.text ?? '' };
  return box('error', 'Error', failed(failure, [], actionsOf(failure, host)));
}

function actionsOf({ actions = [] }: AgentFailure, host: ChatHost): HTMLElement[] {
  return actions.map((text) => button({ label: text, text, act: () => host.send({ type: 'act', text }) }));
}

/** What the view says where no model is set. */
export function setup(around: Surroundings): HTMLElement[] {
  const { reason, hint } = around.setupText();
  return [
    element('p', {}, "No model is configured, so questions in words can't be answered."),
    ...(reason === '' ? [] : [element('p', { class: 'count' }, hint === '' ? reason : `${reason}: ${hint}`)]),
    element('div', { class: 'failure-actions' }, button({ label: 'Set up a model', text: 'Set up a model', act: () => around.host.send({ type: 'act', text: 'Set up a model' }) })),
    element('p', {}, 'These commands work without one:'),
    commandList(around),
  ];
}

export function commandList({ commands }: Surroundings): HTMLElement {
  const line = ({ name, arguments: given, description }: AgentCommand): readonly HTMLElement[] => [
    element('dt', {}, element('code', {}, given === '' ? name : `${name} ${given}`)),
    element('dd', {}, description),
  ];
  return element('dl', { class: 'commands' }, ...commands().flatMap(line));
}
