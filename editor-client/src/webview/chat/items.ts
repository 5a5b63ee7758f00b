/** Each kind of item as elements. An item is drawn anew when it changes; only streamed text grows in place. */
import type { ChatItem } from '../../agent/messages';
import type { AgentCommand, AgentCommandResult, AgentFailure } from '../../../generated/protocol';
import { button, element, icon } from '../dom';
import { failureBox } from '../failure';
import { blocks, findingsList } from './answers';
import { approvalBox } from './approval';
import { codeBlock, type Actions } from './code';
import type { ChatHost } from './host';
import { Markdown } from './markdown';

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
      return item.error?.kind === 'noModel' ? box('setup', 'Setup', ...setup(around)) : box('error', 'Error', failed(item.error ?? { kind: '', message: item.text ?? '' }, around.host));
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

function tool(item: ChatItem, around: Surroundings): Drawn {
  const { title = '', icon: symbol = 'info', state = '', sent } = item.card ?? {};
  const sign = icon(symbol);
  sign.classList.toggle('codicon-modifier-spin', symbol === 'loading');
  const head = element('header', {}, element('span', { class: 'title' }, title), element('span', { class: `status ${item.status ?? ''}` }, sign, state));
  const root = element('article', { class: 'item call', 'aria-label': `${title}, ${state}` }, head, ...queryBody(item, around));
  if (sent !== undefined) {
    // What the model got, word for word.
    root.append(element('details', { class: 'sent' }, element('summary', {}, sent), element('pre', { class: 'json', tabindex: 0 }, JSON.stringify(item.result, undefined, 2))));
  }
  return { root };
}

/** A call that sends no query is folded: what the model got is all there is. */
function queryBody({ query, edited, findings = [], approval, run }: ChatItem, around: Surroundings): Node[] {
  const text = query ?? approval?.query ?? '';
  if (text === '') {
    return [];
  }
  const code = codeBlock(text, true, around.actions);
  return [
    code,
    ...(edited === true ? [element('p', { class: 'count' }, 'Edited by you.')] : []),
    ...findingsList(findings.length > 0 ? findings : (approval?.findings ?? [])),
    ...(approval !== undefined ? [approvalBox(around.host, approval, code)] : run === undefined ? [] : outcome(run, around)),
  ];
}

function commandBody({ run }: ChatItem, around: Surroundings): Node[] {
  if (run === undefined) {
    const sign = icon('loading');
    sign.classList.add('codicon-modifier-spin');
    return [element('p', { class: 'count' }, sign, 'Working…')];
  }
  return [...(run.query === undefined ? [] : [codeBlock(run.query, true, around.actions)]), ...findingsList(run.findings ?? []), ...outcome(run, around)];
}

/** What a query or a command came to. */
function outcome({ error: failure, resultId = '', blocks: list }: AgentCommandResult, { host, actions }: Surroundings): Node[] {
  const open = 'Open in Results';
  return [
    ...(failure === undefined ? [] : [failed(failure, host)]),
    ...blocks(list, host, actions),
    ...(resultId === '' ? [] : [button({ label: open, text: open, class: 'link', act: () => host.send({ type: 'show', result: resultId }) })]),
  ];
}

function failed({ message, hint = '', actions = [] }: AgentFailure, host: ChatHost): HTMLElement {
  return failureBox({ message, data: { kind: 'other', hint } }, actions.map((text) => button({ label: text, text, act: () => host.send({ type: 'act', text }) })));
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
