/** The Chat view on the extension's side: it passes what the view says on to the chat, the editor and the Results panel. */
import * as vscode from 'vscode';
import type { AgentInput, FailureInfo } from '../../generated/protocol';
import type { Runner } from '../query/run';
import { page } from '../results/html';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';
import { Chat } from './chat';
import { along, kqlEditor, nameOf } from './editor';
import { fromChat, type FromChat, type ToChat } from './messages';

export class ChatPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly id = 'calypso.chat';

  readonly chat: Chat;
  private readonly disposables: vscode.Disposable[] = [];
  private view: vscode.WebviewView | undefined;
  // A question that came before the view was there.
  private ready: (() => void) | undefined;

  constructor(
    private readonly server: Server,
    private readonly runner: Runner,
    private readonly context: vscode.ExtensionContext,
    /** Does what a button beside an error says. */
    private readonly help: (action: string, failure: FailureInfo, again: () => Promise<void>) => Promise<void>,
  ) {
    const document = (): { uri: string; name: string } | undefined => {
      const editor = kqlEditor();
      return editor === undefined ? undefined : { uri: server.uri(editor.document), name: nameOf(editor.document) };
    };
    this.chat = new Chat(server, context.workspaceState, (message) => this.send(message), document);
    this.disposables.push(
      this.chat,
      vscode.window.registerWebviewViewProvider(ChatPanel.id, this),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor !== undefined && this.view !== undefined && void this.chat.refresh()),
      // The server reads the file when it starts.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => uri.fsPath === this.chat.configFile && void server.restart()),
      server.on('kusto/activeConnectionChanged', () => this.view !== undefined && void this.chat.refresh()),
      server.on('agent/status/changed', () => void this.chat.refresh()),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const extension = this.context.extensionUri;
    const roots = ['media', 'out'].map((folder) => vscode.Uri.joinPath(extension, folder));
    view.webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: roots };
    view.webview.html = page(view.webview, extension, { title: 'KQL Chat', name: 'chat' });
    view.webview.onDidReceiveMessage((message: unknown) => void this.receive(view, message), null, this.disposables);
    // The news of the old view's end can come after the new view.
    view.onDidDispose(() => (this.view = this.view === view ? undefined : this.view), null, this.disposables);
  }

  /** Brings the chat to the front. With text the box holds it, to be sent or changed. */
  async focus(text = ''): Promise<void> {
    await this.reveal();
    this.send({ type: 'focus', text });
  }

  /** Asks about the query at the caret, or about a range that the server's lens or code action gives. */
  async about(about: unknown, uri?: unknown, range?: unknown): Promise<void> {
    const context = typeof uri === 'string' ? { uri, range: range as never } : along(this.server);
    if (context === undefined) {
      await vscode.window.showInformationMessage('Open a KQL file and put the caret into a query.');
      return;
    }
    await this.reveal();
    await this.chat.ask({ about } as AgentInput, context);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Shows the view and waits until it can be told something. */
  private async reveal(): Promise<void> {
    const there = this.view === undefined ? new Promise<void>((resolve) => (this.ready = resolve)) : undefined;
    await vscode.commands.executeCommand(`${ChatPanel.id}.focus`);
    await there;
  }

  private send(message: ToChat): void {
    const { view } = this;
    if (view === undefined) {
      return;
    }
    void view.webview.postMessage(message);
    const waiting = this.chat.waiting;
    view.badge = waiting === 0 ? undefined : { value: waiting, tooltip: 'A query waits for your approval' };
  }

  private async receive(from: vscode.WebviewView, value: unknown): Promise<void> {
    const message = fromChat(value);
    if (message === undefined || from !== this.view) {
      this.server.log.warn('the Chat view sent a message of an unknown shape');
      return;
    }
    try {
      await this.act(message);
    } catch (error) {
      await vscode.window.showErrorMessage(sentence(failureOf(error)));
    }
  }

  private async act(message: FromChat): Promise<void> {
    switch (message.type) {
      case 'ready':
        await this.chat.show();
        this.ready?.();
        this.ready = undefined;
        break;
      case 'ask':
        await this.chat.ask({ text: message.text }, message.document ? along(this.server) : undefined);
        break;
      case 'decide':
        this.chat.decide(message.approval, message.decision, message.query, message.note);
        break;
      case 'stop':
        await this.chat.stop();
        break;
      case 'show':
        await this.server.request('kusto/tabs/show', { result: message.result });
        break;
      case 'link':
        await vscode.env.openExternal(vscode.Uri.parse(message.href, true));
        break;
      case 'chooseModel':
      case 'connect':
        await vscode.commands.executeCommand(`calypso.${message.type}`);
        break;
      default:
        await this.withText(message.type, message.text);
    }
  }

  private async withText(type: Extract<FromChat, { text: string; document?: never }>['type'], text: string): Promise<void> {
    const context = along(this.server);
    switch (type) {
      case 'insert':
        await (context === undefined ? this.withText('open', text) : this.server.request('agent/query/insert', { text, context }));
        return;
      case 'open':
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'kql', content: `${text.trim()}\n` }), { preview: false });
        return;
      case 'run':
        return this.runner.runText(text);
      case 'explain':
        return this.chat.ask({ text: `/explain ${text}` });
      case 'copy':
        return vscode.env.clipboard.writeText(text);
      case 'complete':
        return this.chat.complete(text);
      case 'act':
        return this.help(text, { message: 'the model wants a sign-in', data: { kind: 'auth' } }, () => this.chat.again());
    }
  }
}
