/** The Chat view on the extension's side: it passes what the view says on to the chat, the editor and the Results panel. */
import * as vscode from 'vscode';
import type { Runner } from '../query/run';
import { page } from '../results/html';
import type { ResultsPanel } from '../results/panel';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';
import { Chat, type Along } from './chat';
import { along, insert, kqlEditor, nameOf, open } from './editor';
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
    private readonly results: ResultsPanel,
    private readonly runner: Runner,
    private readonly context: vscode.ExtensionContext,
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
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const extension = this.context.extensionUri;
    view.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: ['media', 'out'].map((folder) => vscode.Uri.joinPath(extension, folder)),
    };
    view.webview.html = page(view.webview, extension, { title: 'KQL Chat', name: 'chat' });
    view.webview.onDidReceiveMessage((message: unknown) => void this.receive(view, message), null, this.disposables);
    view.onDidDispose(
      () => {
        // The news of the old view's end can come after the new view.
        if (this.view === view) {
          this.view = undefined;
        }
      },
      null,
      this.disposables,
    );
  }

  /** Brings the chat to the front. With text the box holds it, to be sent or changed. */
  async focus(text = ''): Promise<void> {
    await this.reveal();
    this.send({ type: 'focus', text });
  }

  /** Asks a question in the chat. */
  async ask(text: string, about?: Along): Promise<void> {
    await this.reveal();
    await this.chat.ask(text, about);
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
      case 'call':
        await this.answer(message);
        break;
      case 'ask':
        await this.chat.ask(message.text, message.document ? along(this.server) : undefined);
        break;
      case 'decide':
        this.chat.decide(message.approval, message.decision, message.query, message.note);
        break;
      case 'stop':
        await this.chat.stop();
        break;
      case 'again':
        await this.chat.again();
        break;
      case 'show':
        await this.results.show(message.result, true);
        break;
      case 'link':
        await vscode.env.openExternal(vscode.Uri.parse(message.href, true));
        break;
      case 'setup':
        await this.setup();
        break;
      case 'signIn':
        await vscode.commands.executeCommand('calypso.signIn');
        break;
      case 'model':
        await this.chooseModel();
        break;
      case 'place':
        await vscode.commands.executeCommand('calypso.connect');
        break;
      default:
        await this.withText(message.type, message.text);
    }
  }

  private async withText(type: 'insert' | 'run' | 'open' | 'explain' | 'copy', text: string): Promise<void> {
    switch (type) {
      case 'insert':
        await insert(this.server, text);
        break;
      case 'run':
        await this.runner.runText(text);
        break;
      case 'open':
        await open(text);
        break;
      case 'explain':
        await this.chat.ask(`/explain ${text}`);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(text);
        break;
    }
  }

  private async answer({ id, call }: Extract<FromChat, { type: 'call' }>): Promise<void> {
    try {
      this.send({ type: 'answer', id, result: await this.server.request(call.method, call.params) });
    } catch (error) {
      this.send({ type: 'refused', id, error: failureOf(error) });
    }
  }

  /** Opens the file in which models are set, with lines to fill in when there is none. */
  private async setup(): Promise<void> {
    const file = vscode.Uri.file(this.chat.configFile);
    try {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    } catch {
      const document = await vscode.workspace.openTextDocument(file.with({ scheme: 'untitled' }));
      const editor = await vscode.window.showTextDocument(document);
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), sampleConfig));
    }
  }

  /** Asks which of the configured models answers. */
  async chooseModel(): Promise<void> {
    const models = this.chat.models;
    if (models.length < 2) {
      await this.setup();
      return;
    }
    const items = models.map((model) => ({ label: model.deployment, description: model.provider, detail: `${model.host} · ${model.auth}`, model }));
    const choice = await vscode.window.showQuickPick(items, { title: 'Which model should answer?' });
    if (choice !== undefined) {
      await this.chat.choose(choice.model.provider);
    }
  }
}

const sampleConfig = `# Where Calypso finds a model. On Azure "model" is the name of your deployment.
model = "gpt-4o"
model_provider = "azure"

[model_providers.azure]
name = "Azure OpenAI"
base_url = "https://YOUR-RESOURCE.openai.azure.com/openai/v1"
env_key = "AZURE_OPENAI_API_KEY"
wire_api = "responses"
`;
