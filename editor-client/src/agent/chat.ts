/**
 * The conversation as this window knows it: it asks the server, follows its events and tells the view what changed. The thread
 * itself is the server's; what is kept here is only what a view that comes back must be told.
 */
import * as vscode from 'vscode';
import type { AgentApproval, AgentContext, AgentDecision, AgentEvent, AgentInput, AgentItem, AgentStatusResult, AgentThread, AgentUsed, ServerNotifications } from '../../generated/protocol';
import { failureOf } from '../server/failure';
import type { Server } from '../server/server';
import type { ChatBar, ChatItem, Decision, ToChat } from './messages';

type Handlers = { readonly [M in Exclude<Extract<keyof ServerNotifications, `agent/${string}`>, 'agent/status/changed'>]?: (event: ServerNotifications[M]) => void };

const threadKey = 'calypso.chat.thread';

export class Chat implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly items = new Map<string, ChatItem>();
  private readonly pending = new Map<string, (decision: AgentDecision) => void>();
  private thread: AgentThread | undefined;
  private beginning: Promise<void> | undefined;
  private status: AgentStatusResult | undefined;
  private busy: ChatBar['busy'] = '';
  private used: AgentUsed | undefined;
  private serial = 0;
  private last: (() => Promise<void>) | undefined;
  private restored = false;

  constructor(
    private readonly server: Server,
    private readonly memory: vscode.Memento,
    private readonly say: (message: ToChat) => void,
    private readonly document: () => { uri: string; name: string } | undefined,
  ) {
    const put = ({ item }: AgentEvent): unknown => item !== undefined && this.put({ ...this.items.get(item.id), ...item });
    const handlers: Handlers = {
      'agent/thread/status': (e) => this.enter(e.status === 'waitingOnApproval' ? 'waiting' : e.status === 'active' ? 'active' : ''),
      'agent/turn/completed': () => this.ended(),
      'agent/item/started': (e) => e.item !== undefined && this.put({ ...e.item, open: true }),
      'agent/item/updated': put,
      'agent/item/completed': (e) => e.item !== undefined && this.put(e.item),
      'agent/item/delta': (e) => this.more(e.itemId ?? '', e.delta ?? ''),
      'agent/item/reset': (e) => this.remove(e.itemIds ?? []),
      'agent/usage': ({ used }) => {
        this.remove(['retry']);
        this.used = used;
        this.bar();
      },
      'agent/error': ({ message }) => this.put({ id: 'retry', type: 'notice', text: message ?? '' }),
      'agent/thread/deleted': () => void this.newChat(),
    };
    for (const [method, handle] of Object.entries(handlers) as [keyof Handlers, (event: { threadId: string }) => void][]) {
      this.disposables.push(server.on(method, (event) => event.threadId === this.thread?.id && handle(event)));
    }
    this.disposables.push(
      server.on('agent/thread/show', ({ threadId }) => void vscode.commands.executeCommand('calypso.chat.focus').then(() => this.resume(threadId)).then(undefined, (error: unknown) => this.failed(error))),
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
  async ask(input: AgentInput, context?: AgentContext): Promise<void> {
    await this.refresh();
    this.last = () => this.ask(input, context);
    try {
      await this.server.request('agent/ask', { threadId: await this.begin(), input, ...(context === undefined ? {} : { context }) });
    } catch (error) {
      // What the thread doesn't have: it couldn't be begun, or the server is gone.
      if (failureOf(error).data.shown !== true) {
        this.put({ id: this.local(), type: 'userMessage', text: input.text ?? '' });
        this.failed(error);
      }
    }
  }

  async again(): Promise<void> {
    await this.last?.();
  }

  async stop(): Promise<void> {
    if (this.thread !== undefined && this.busy !== '') {
      await this.server.request('agent/turn/interrupt', { threadId: this.thread.id });
    }
  }

  decide(approval: string, decision: Decision, query?: string, note?: string): void {
    const editedQuery = query === undefined ? {} : { editedQuery: query };
    this.pending.get(approval)?.({ decision, ...editedQuery, ...(note === undefined ? {} : { note }) });
  }

  /** What may stand in the box instead of a line that begins with a slash. */
  async complete(line: string): Promise<void> {
    const { items } = await this.server.request('agent/command/complete', { line, ...this.place() });
    this.say({ type: 'completions', line, items });
  }

  /** Leaves the thread; the next question begins another. */
  async newChat(): Promise<void> {
    await this.leave();
    await this.memory.update(threadKey, undefined);
    this.all();
    await this.refresh();
  }

  private async resume(id: string): Promise<void> {
    const { thread, items, used } = await this.server.request('agent/thread/resume', { threadId: id });
    await this.leave();
    await this.enterThread(thread);
    for (const item of items) {
      this.items.set(item.id, item);
    }
    this.used = used;
    this.all();
  }

  /** The thread, begun where there is none. */
  private async begin(): Promise<string> {
    this.beginning ??= this.thread === undefined ? this.server.request('agent/thread/start', this.place()).then(({ thread }) => this.enterThread(thread)) : undefined;
    await this.beginning?.finally(() => (this.beginning = undefined));
    return this.thread?.id ?? '';
  }

  private place(): { connection?: string; database?: string } {
    const { connection = '', database = '' } = this.thread ?? this.status ?? {};
    return connection === '' ? {} : { connection, database };
  }

  private approve(approval: AgentApproval, token: vscode.CancellationToken): Promise<AgentDecision> {
    return new Promise((resolve) => {
      const settle = (decision: AgentDecision): void => {
        this.pending.delete(approval.approvalId);
        const { approval: asked, ...item } = this.items.get(approval.itemId) ?? { id: '', type: '' };
        if (asked !== undefined) {
          this.put(item);
        }
        resolve(decision);
      };
      this.pending.set(approval.approvalId, settle);
      token.onCancellationRequested(() => settle({ decision: 'cancel' }));
      if (approval.threadId !== this.thread?.id) {
        settle({ decision: 'decline', note: 'the chat of this question is not open any more' });
        return;
      }
      const item: AgentItem = this.items.get(approval.itemId) ?? { id: approval.itemId, type: 'toolCall', tool: approval.tool };
      this.put({ ...item, status: 'awaitingApproval', approval });
      void vscode.commands.executeCommand('calypso.chat.focus', { preserveFocus: true });
    });
  }

  private ended(): void {
    this.remove(['retry']);
    this.enter('');
  }

  private failed(error: unknown): void {
    const { message, data } = failureOf(error);
    this.put({ id: this.local(), type: 'error', error: { message, kind: data.kind, hint: data.hint ?? '', actions: data.actions ?? [] } });
  }

  /** The server ended: nothing of what ran comes any more. */
  private lost(): void {
    if (this.busy !== '') {
      this.ended();
      this.put({ id: this.local(), type: 'error', error: { kind: 'other', message: 'the server ended while it answered', hint: 'ask again; what came so far is kept', actions: ['Ask again'] } });
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
    for (const settle of [...this.pending.values()]) {
      settle({ decision: 'cancel' });
    }
    this.items.clear();
    this.thread = undefined;
    this.busy = '';
    this.used = undefined;
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

  private enter(busy: ChatBar['busy']): void {
    this.busy = busy;
    void vscode.commands.executeCommand('setContext', 'calypso.chat.busy', busy !== '');
    this.bar();
  }

  private all(): void {
    this.say({ type: 'all', items: [...this.items.values()], bar: this.barNow() });
  }

  private bar(): void {
    this.say({ type: 'bar', bar: this.barNow() });
  }

  private barNow(): ChatBar {
    const { status, thread, used, busy } = this;
    const connection = thread === undefined || thread.connection === status?.connection ? (status?.name ?? '') : thread.connection;
    const database = thread?.database ?? status?.database ?? '';
    return {
      ...(status === undefined ? {} : { status }),
      ...(used === undefined ? {} : { used }),
      busy,
      place: database === '' ? connection : `${connection}/${database}`,
      document: this.document()?.name ?? '',
    };
  }
}
