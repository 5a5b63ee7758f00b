/** The Results panel on the extension's side: it hands on what the webview asks of the server, and what the server tells. Nothing is kept here. */
import * as vscode from 'vscode';
import type { QueryRunParams, TabsChanged } from '../../generated/protocol';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';
import { page } from './html';
import { fromWebview, type Answered, type CallMessage, type FromWebview, type ToWebview } from './messages';

export class ResultsPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly id = 'calypso.results';
  private readonly disposables: vscode.Disposable[] = [];
  private webview: vscode.Webview | undefined;
  /** Runs a query once more; the runner sets it. */
  again: (run: QueryRunParams) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly extension: vscode.Uri,
  ) {
    this.disposables.push(
      vscode.window.registerWebviewViewProvider(ResultsPanel.id, this),
      server.on('kusto/tabs/changed', (state) => this.publish(state)),
      server.on('kusto/result/show', ({ focus }) => void this.reveal(focus)),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.webview = view.webview;
    const roots = ['media', 'out'].map((folder) => vscode.Uri.joinPath(this.extension, folder));
    view.webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: roots };
    view.webview.html = page(view.webview, this.extension, { title: 'KQL Results', name: 'results' });
    view.webview.onDidReceiveMessage((message: unknown) => void this.receive(view.webview, message), null, this.disposables);
    // The news of the old view's end can come after the new view.
    view.onDidDispose(() => (this.webview = this.webview === view.webview ? undefined : this.webview), null, this.disposables);
  }

  /** Brings the panel to the front; without focus the keyboard stays in the editor. */
  async reveal(focus = false): Promise<void> {
    await vscode.commands.executeCommand(`${ResultsPanel.id}.focus`, { preserveFocus: !focus });
  }

  /** What the server says to a call of a view. */
  async answer({ id, call }: CallMessage): Promise<Answered> {
    return this.server.request(call.method, call.params).then((result) => ({ type: 'answer', id, result }), (error: unknown) => ({ type: 'refused', id, error: failureOf(error) }));
  }

  /** The server ended: what runs there is lost. */
  lost(): void {
    this.send({ type: 'lost' });
    void vscode.commands.executeCommand('setContext', 'calypso.running', false);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private publish(state: TabsChanged): void {
    this.send({ type: 'tabs', state });
    void vscode.commands.executeCommand('setContext', 'calypso.hasResult', state.tabs.some((tab) => tab.result !== undefined));
    void vscode.commands.executeCommand('setContext', 'calypso.hasTab', state.tabs.length > 0);
    void vscode.commands.executeCommand('setContext', 'calypso.running', state.tabs.some((tab) => tab.status === 'running'));
  }

  private send(message: ToWebview): void {
    void this.webview?.postMessage(message);
  }

  private async receive(from: vscode.Webview, value: unknown): Promise<void> {
    const message = fromWebview(value);
    if (message === undefined || from !== this.webview) {
      this.server.log.warn('the Results view sent a message of an unknown shape');
      return;
    }
    try {
      await this.act(message);
    } catch (error) {
      await vscode.window.showErrorMessage(sentence(failureOf(error)));
    }
  }

  private async act(message: FromWebview): Promise<void> {
    switch (message.type) {
      case 'run':
        await this.again(message.run);
        break;
      case 'log':
      case 'history':
        await vscode.commands.executeCommand(message.type === 'log' ? 'calypso.showLog' : 'calypso.history.focus');
        break;
      case 'focused':
        this.server.refreshLenses(); // An editor that loses the focus drops the question that it was about to ask, for good.
        break;
      case 'call':
        if (message.call.method === 'kusto/result/image') {
          await this.reveal(true); // The focus that the click brings would come after the dialog, and close it.
        }
        this.send(await this.answer(message));
    }
  }
}
