/**
 * The conversation as this window knows it: it asks the server, follows its events and tells the view what changed. The thread
 * itself is the server's; what is kept here is only what a view that comes back must be told.
 */
import * as vscode from 'vscode';
import type { AgentApproval, AgentContext, AgentDecision, AgentEvent, AgentItem, AgentStatusResult, AgentThread, FailureInfo, ServerNotifications } from '../protocol.gen';
import { failureOf } from '../server/failure';
import type { Server } from '../server/server';
import { parseCommand } from './command';
import type { ChatBar, ChatItem, Decision, ToChat } from './messages';

type AgentMethod = Extract<keyof ServerNotifications, `agent/${string}`>;

/** What a question takes along. */
export interface Along {
  readonly name: string;
  readonly context: AgentContext;
}

interface Pending {
  readonly item: string;
  readonly settle: (decision: AgentDecision) => void;
}

const threadKey = 'calypso.chat.thread';

export class Chat implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly items = new Map<string, ChatItem>();
  private readonly pending = new Map<string, Pending>();
  private thread: AgentThread | undefined;
  private status: AgentStatusResult | undefined;
  private turn = '';
  private busy: ChatBar['busy'] = '';
  private tokens = 0;
  private serial = 0;
  private last: { text: string; along: Along | undefined } | undefined;
  private restored = false;

  constructor(
    private readonly server: Server,
    private readonly memory: vscode.Memento,
    private readonly say: (message: ToChat) => void,
    private readonly document: () => { uri: string; name: string } | undefined,
  ) {
    const handlers: { readonly [M in AgentMethod]?: (event: AgentEvent) => void } = {
      'agent/thread/status': (e) => this.enter(e.status === 'waitingOnApproval' ? 'waiting' : e.status === 'active' ? 'active' : ''),
      'agent/turn/started': (e) => (this.turn = e.turnId ?? ''),
      'agent/turn/completed': (e) => this.ended(e),
      'agent/item/started': (e) => e.item !== undefined && this.put({ ...e.item, open: true }),
      'agent/item/completed': (e) => e.item !== undefined && this.put(e.item),
      'agent/item/delta': (e) => this.more(e.itemId ?? '', e.delta ?? ''),
      'agent/item/reset': (e) => this.remove(e.itemIds ?? []),
      'agent/usage': (e) => this.used(e),
      'agent/error': (e) => this.put(this.passing(`${e.message ?? ''}. Trying again (${e.attempt ?? 1} of ${e.of ?? 1})${wait(e.retryInMs)}`, 'retry')),
      'agent/warning': (e) => this.put(this.passing(e.message ?? '')),
    };
    for (const [method, handle] of Object.entries(handlers)) {
      this.disposables.push(server.on(method as AgentMethod, (event) => event.threadId === this.thread?.id && handle(event)));
    }
    this.disposables.push(
      server.handle('agent/approve', (approval, token) => this.approve(approval, token)),
      server.onState((state) => (state === 'running' ? void this.refresh() : this.lost())),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  get waiting(): number {
    return this.pending.size;
  }

  get models(): AgentStatusResult['models'] {
    return this.status?.models ?? [];
  }

  get configFile(): string {
    return this.status?.configFile ?? '';
  }

  /** Tells a view that is new all there is; the thread of before a reload comes back. */
  async show(): Promise<void> {
    this.all();
    await this.refresh();
    const id = this.memory.get<string>(threadKey);
    if (!this.restored && this.thread === undefined && id !== undefined) {
      await this.resume(id).catch((error: unknown) => this.server.log.debug(`the last chat isn't there: ${String(error)}`));
    }
    this.restored = true;
  }

  /** Asks anew what there is: model, place. */
  async refresh(): Promise<void> {
    const document = this.document();
    this.status = await this.server.request('agent/status', document === undefined ? {} : { uri: document.uri }).catch(() => undefined);
    await vscode.commands.executeCommand('setContext', 'calypso.chat.model', this.status?.model !== null && this.status !== undefined);
    this.bar();
  }

  /** Takes what the person typed: a command, a question, or a word to the answer that is under way. */
  async ask(text: string, along?: Along): Promise<void> {
    const line = text.trim();
    if (line === '') {
      return;
    }
    if (line.startsWith('/')) {
      await this.command(line);
      return;
    }
    await this.refresh();
    if (this.status?.model === null || this.status === undefined) {
      this.put({ id: this.local(), type: 'userMessage', text: line });
      this.put({ id: this.local(), type: 'noModel' });
      return;
    }
    this.last = { text: line, along };
    try {
      if (this.busy !== '' && this.thread !== undefined && this.turn !== '') {
        await this.server.request('agent/turn/steer', { threadId: this.thread.id, expectedTurnId: this.turn, input: { text: line } });
      } else {
        await this.start(line, along);
      }
    } catch (error) {
      this.put({ id: this.local(), type: 'userMessage', text: line });
      this.failed(failureOf(error));
    }
  }

  async again(): Promise<void> {
    if (this.last !== undefined) {
      await this.ask(this.last.text, this.last.along);
    }
  }

  async stop(): Promise<void> {
    if (this.thread !== undefined && this.turn !== '') {
      await this.server.request('agent/turn/interrupt', { threadId: this.thread.id, turnId: this.turn });
    }
  }

  decide(approval: string, decision: Decision, query?: string, note?: string): void {
    const editedQuery = query === undefined ? {} : { editedQuery: query };
    this.pending.get(approval)?.settle({ decision, ...editedQuery, ...(note === undefined ? {} : { note }) });
  }

  /** Leaves the thread; the next question begins another. */
  async newChat(): Promise<void> {
    await this.leave();
    await this.memory.update(threadKey, undefined);
    this.all();
    await this.refresh();
  }

  async resume(id: string): Promise<void> {
    const { thread, items } = await this.server.request('agent/thread/resume', { threadId: id });
    await this.leave();
    await this.enterThread(thread);
    for (const item of items) {
      this.items.set(item.id, item);
    }
    this.tokens = thread.usage.input + thread.usage.output;
    this.all();
  }

  async threads(): Promise<AgentThread[]> {
    return (await this.server.request('agent/thread/list', {})).threads;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.server.request('agent/thread/rename', { threadId: id, name });
    if (this.thread?.id === id) {
      this.thread = { ...this.thread, name };
      this.bar();
    }
  }

  async delete(id: string): Promise<void> {
    await this.server.request('agent/thread/delete', { threadId: id });
    if (this.thread?.id === id) {
      await this.newChat();
    }
  }

  async choose(provider: string): Promise<void> {
    await this.server.request('agent/model/choose', { provider });
    await this.refresh();
  }

  bar(): void {
    this.say({ type: 'bar', bar: this.barNow() });
  }

  private async start(text: string, along: Along | undefined): Promise<void> {
    if (this.thread === undefined) {
      const { connection = '', database = '' } = this.status ?? {};
      const place = connection === '' ? {} : { connection, database };
      const { thread } = await this.server.request('agent/thread/start', place);
      await this.enterThread(thread);
    }
    const threadId = this.thread?.id ?? '';
    this.enter('active');
    try {
      const context = along === undefined ? {} : { context: along.context };
      this.turn = (await this.server.request('agent/turn/start', { threadId, input: { text }, ...context })).turnId;
    } catch (error) {
      this.enter('');
      throw error;
    }
    if (this.thread?.name === '') {
      this.thread = { ...this.thread, name: text.replace(/\s+/g, ' ').slice(0, 60) };
      this.bar();
    }
  }

  private async command(line: string): Promise<void> {
    if (this.status === undefined) {
      await this.refresh();
    }
    const id = this.local();
    this.put({ id: this.local(), type: 'userMessage', text: line });
    const parsed = parseCommand(line, this.status?.commands ?? []);
    if (parsed.kind === 'help') {
      this.put({ id, type: 'help' });
    } else if (parsed.kind === 'wrong') {
      this.failed({ message: parsed.message, data: { kind: 'other', hint: parsed.hint } }, false);
    } else {
      this.put({ id, type: 'command', tool: parsed.tool, open: true });
      try {
        const { connection = '', database = '' } = this.thread ?? this.status ?? {};
        const place = connection === '' ? {} : { connection, database };
        const run = await this.server.request('agent/tool/run', { tool: parsed.tool, arguments: parsed.args, ...place });
        this.put({ id, type: 'command', tool: parsed.tool, query: run.query ?? '', run });
      } catch (error) {
        this.remove([id]);
        this.failed(failureOf(error), false);
      }
    }
  }

  private approve(approval: AgentApproval, token: vscode.CancellationToken): Promise<AgentDecision> {
    return new Promise((resolve) => {
      const settle = (decision: AgentDecision): void => {
        this.pending.delete(approval.approvalId);
        const item = this.items.get(approval.itemId);
        if (item !== undefined) {
          this.put(settled(item));
        }
        resolve(decision);
      };
      this.pending.set(approval.approvalId, { item: approval.itemId, settle });
      token.onCancellationRequested(() => settle({ decision: 'cancel' }));
      if (approval.threadId !== this.thread?.id) {
        settle({ decision: 'decline', note: 'the chat of this question is not open any more' });
        return;
      }
      const item: AgentItem = this.items.get(approval.itemId) ?? { id: approval.itemId, type: 'toolCall', tool: approval.tool };
      this.put({ ...item, query: approval.query, status: 'awaitingApproval', approval });
      void vscode.commands.executeCommand('calypso.chat.focus', { preserveFocus: true });
    });
  }

  private ended(event: AgentEvent): void {
    this.turn = '';
    this.remove(['retry']);
    this.enter('');
    const { error, status } = event.turn ?? {};
    if (error !== undefined) {
      this.failed({ message: error.message, data: { kind: 'other', hint: error.hint ?? '' } }, true, error.kind);
    } else if (status === 'interrupted') {
      this.put({ id: this.local(), type: 'notice', text: 'Stopped.' });
    }
  }

  private failed(failure: FailureInfo, canRepeat = true, kind: string = failure.data.kind): void {
    const setup = ['noModel', 'config', 'notFound', 'apiVersion', 'unauthorized', 'notModelEndpoint'].includes(kind);
    const cure = setup ? 'setup' : ['signInRequired', 'auth'].includes(kind) ? 'signIn' : canRepeat ? 'again' : undefined;
    this.put({ id: this.local(), type: 'error', failure, ...(cure === undefined ? {} : { cure }) });
  }

  /** The server ended: nothing of what ran comes any more. */
  private lost(): void {
    if (this.busy !== '') {
      this.enter('');
      this.turn = '';
      this.failed({ message: 'the server ended while it answered', data: { kind: 'other', hint: 'ask again; what came so far is kept' } });
    }
  }

  private async enterThread(thread: AgentThread): Promise<void> {
    this.thread = thread;
    await this.memory.update(threadKey, thread.id);
    this.bar();
  }

  private async leave(): Promise<void> {
    if (this.busy !== '') {
      await this.stop().catch((error: unknown) => this.server.log.debug(String(error)));
    }
    for (const { settle } of [...this.pending.values()]) {
      settle({ decision: 'cancel' });
    }
    this.items.clear();
    this.thread = undefined;
    this.turn = '';
    this.busy = '';
    this.tokens = 0;
  }

  private passing(text: string, id = this.local()): ChatItem {
    return { id, type: 'notice', text };
  }

  private local(): string {
    return `local-${++this.serial}`;
  }

  private put(item: ChatItem): void {
    this.items.set(item.id, item);
    this.say({ type: 'item', item });
  }

  private more(id: string, text: string): void {
    const item = this.items.get(id);
    if (item !== undefined) {
      this.items.set(id, { ...item, text: (item.text ?? '') + text });
      this.say({ type: 'delta', id, text });
    }
  }

  private remove(ids: readonly string[]): void {
    const known = ids.filter((id) => this.items.delete(id));
    if (known.length > 0) {
      this.say({ type: 'void', ids: known });
    }
  }

  private used(event: AgentEvent): void {
    this.remove(['retry']);
    this.tokens = (event.total?.input ?? 0) + (event.total?.output ?? 0);
    this.bar();
  }

  private enter(busy: ChatBar['busy']): void {
    this.busy = busy;
    void vscode.commands.executeCommand('setContext', 'calypso.chat.busy', busy !== '');
    this.bar();
  }

  private all(): void {
    this.say({ type: 'all', items: [...this.items.values()], bar: this.barNow() });
  }

  private barNow(): ChatBar {
    const name = this.status?.name ?? '';
    const connection = this.thread === undefined || this.thread.connection === this.status?.connection ? name : this.thread.connection;
    const database = this.thread?.database ?? this.status?.database ?? '';
    return {
      ...(this.status === undefined ? {} : { status: this.status }),
      busy: this.busy,
      name: this.thread?.name ?? '',
      place: database === '' ? connection : `${connection} / ${database}`,
      document: this.document()?.name ?? '',
      tokens: this.tokens,
    };
  }
}

/** The item without its question. */
function settled(item: ChatItem): ChatItem {
  const { approval, ...rest } = item;
  return approval === undefined ? item : rest;
}

function wait(milliseconds = 0): string {
  return milliseconds < 1000 ? '…' : ` in ${Math.round(milliseconds / 1000)} s…`;
}
