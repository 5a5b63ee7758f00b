/**
 * What the chat's webview and the extension tell each other. Both sides check the shape of what comes in. The webview draws
 * what it is told and knows nothing else: the thread is the server's, and what runs of it is kept in chat.ts.
 */
import type { AgentApproval, AgentCompletion, AgentItem, AgentStatusResult, AgentUsed } from '../../generated/protocol';
import { object, optional, text, type Shape } from '../results/messages';

/** One thing on the screen: an item of the thread, or what only this window knows of. */
export interface ChatItem extends AgentItem {
  /** More text comes. */
  readonly open?: boolean;
  /** The person is asked whether its query may run. */
  readonly approval?: AgentApproval;
}

/** What stands around the items. */
export interface ChatBar {
  readonly status?: AgentStatusResult;
  readonly busy: '' | 'active' | 'waiting';
  /** Where queries run, as shown. */
  readonly place: string;
  /** The document that goes along with a question, "" for none. */
  readonly document: string;
  /** Of the thread so far. */
  readonly used?: AgentUsed;
}

export type FromChat =
  | { readonly type: 'ready' }
  | { readonly type: 'ask'; readonly text: string; readonly document: boolean }
  | { readonly type: 'decide'; readonly approval: string; readonly decision: Decision; readonly query?: string; readonly note?: string }
  /** With text: puts it into the document, runs it, opens it, asks about it, copies it; completes it; does what a button of an error says. */
  | { readonly type: 'insert' | 'run' | 'open' | 'explain' | 'copy' | 'complete' | 'act'; readonly text: string }
  | { readonly type: 'show'; readonly result: string }
  | { readonly type: 'link'; readonly href: string }
  | { readonly type: 'stop' | 'chooseModel' | 'connect' };

export type Decision = 'accept' | 'acceptForSession' | 'decline';

export type ToChat =
  | { readonly type: 'all'; readonly items: readonly ChatItem[]; readonly bar: ChatBar }
  | { readonly type: 'bar'; readonly bar: ChatBar }
  | { readonly type: 'item'; readonly item: ChatItem }
  | { readonly type: 'delta'; readonly id: string; readonly text: string }
  | { readonly type: 'void'; readonly ids: readonly string[] }
  | { readonly type: 'focus'; readonly text: string }
  | { readonly type: 'completions'; readonly line: string; readonly items: readonly AgentCompletion[] };

type Check = (m: Shape) => boolean;
const bare: Check = () => true;
const withText: Check = (m) => text(m['text']);
const decisions: readonly unknown[] = ['accept', 'acceptForSession', 'decline'] satisfies Decision[];

const shapes: { readonly [T in FromChat['type']]: Check } = {
  ready: bare,
  stop: bare,
  chooseModel: bare,
  connect: bare,
  insert: withText,
  run: withText,
  open: withText,
  explain: withText,
  copy: withText,
  complete: withText,
  act: withText,
  ask: (m) => text(m['text']) && typeof m['document'] === 'boolean',
  decide: (m) => text(m['approval']) && decisions.includes(m['decision']) && optional(m['query'], text) && optional(m['note'], text),
  show: (m) => text(m['result']),
  link: (m) => text(m['href']) && /^https:\/\//.test(m['href']),
};

const isItem = (v: unknown): boolean => object(v) && text(v['id']) && text(v['type']);
const isBar = (v: unknown): boolean => object(v) && text(v['busy']) && text(v['place']);

const news: { readonly [T in ToChat['type']]: Check } = {
  all: (m) => Array.isArray(m['items']) && m['items'].every(isItem) && isBar(m['bar']),
  bar: (m) => isBar(m['bar']),
  item: (m) => isItem(m['item']),
  delta: (m) => text(m['id']) && text(m['text']),
  void: (m) => Array.isArray(m['ids']) && m['ids'].every(text),
  focus: withText,
  completions: (m) => text(m['line']) && Array.isArray(m['items']),
};

function known(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  return object(value) && text(value['type']) && Object.hasOwn(checks, value['type']) && checks[value['type']]?.(value) === true;
}

/** The message, or undefined when it has no known shape. */
export function fromChat(value: unknown): FromChat | undefined {
  return known(value, shapes) ? (value as FromChat) : undefined;
}

/** The message, or undefined when it has no known shape. */
export function toChat(value: unknown): ToChat | undefined {
  return known(value, news) ? (value as ToChat) : undefined;
}
