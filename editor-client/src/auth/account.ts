/**
 * Sign-in as a person sees it: the account in the status bar, prompts, and the buttons of a failure. Who is signed in, and what a
 * command or a button does, the server knows; see server/ui_auth.go.
 */
import * as vscode from 'vscode';
import type { AuthBar, FailureInfo } from '../../generated/protocol';
import { failureOf, sentence, wasStopped } from '../server/failure';
import { languages, type Server } from '../server/server';
import { Prompts } from './prompt';
import { secret, storageKey, vscodeToken } from './secrets';

/** Does what failed once more. */
type Again = () => Promise<void>;

export class Account implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('calypso.account', vscode.StatusBarAlignment.Right, 99);
  private readonly prompts: Prompts;
  private readonly disposables: vscode.Disposable[];
  private bar: AuthBar | undefined;
  private asks = 0;

  constructor(
    private readonly server: Server,
    { secrets }: vscode.ExtensionContext,
  ) {
    const update = (): void => void this.update();
    this.item.name = 'Calypso Account';
    this.prompts = new Prompts(
      () => this.show(),
      (id) => void server.request('auth/cancel', { id }).then(undefined, (error: unknown) => this.report(error)),
      (id) => this.otherWay(id),
    );
    this.disposables = [
      this.item,
      this.prompts,
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
      vscode.commands.registerCommand('calypso.showPrompt', () => this.prompts.again()),
      server.onState((state) => {
        if (state !== 'running') {
          this.prompts.end();
        }
        update();
      }),
      server.on('auth/didChange', update),
      server.on('kusto/activeConnectionChanged', update),
      server.on('auth/promptClosed', ({ id }) => this.prompts.end(id)),
      server.handle('auth/prompt', (prompt) => this.prompts.show(prompt)),
      server.handle('auth/getVSCodeToken', (params) => vscodeToken(params)),
      server.handle('auth/storageKey', ({ create }) => storageKey(secrets, create)),
      server.handle('auth/getSecret', ({ name }) => secret(secrets, name)),
    ];
    update();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Shows a failure with its buttons; a step that worked runs what failed again, one that failed keeps it. */
  async offer(failure: FailureInfo, again?: Again): Promise<void> {
    const action = await vscode.window.showErrorMessage(sentence(failure), ...(failure.data.actions ?? []));
    if (action !== undefined) {
      await this.act(action, failure, again);
    }
  }

  /** Does what a button of a failure says. */
  async act(action: string, failure: FailureInfo, again?: Again): Promise<void> {
    if (action === 'az login') {
      const terminal = vscode.window.createTerminal(action);
      terminal.show();
      terminal.sendText(action);
    }
    try {
      const done = await this.server.request('auth/act', { action, message: failure.message, retries: again !== undefined, ...this.place() });
      if (!done.again) {
        return;
      }
    } catch (error) {
      this.report(error, again);
      return;
    }
    await again?.();
  }

  /** An error of a command: with buttons where it has some. */
  report(error: unknown, again?: Again): void {
    if (!wasStopped(error)) {
      void this.offer(failureOf(error), again).then(undefined, (fault: unknown) => this.report(fault));
    }
  }

  private async otherWay(id: string): Promise<boolean> {
    try {
      return (await this.server.request('auth/otherWay', { id, ...this.place() })).kept === true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  private place(): { uri?: string } {
    const document = vscode.window.activeTextEditor?.document;
    return document !== undefined && languages.includes(document.languageId) ? { uri: this.server.uri(document) } : {};
  }

  private async update(): Promise<void> {
    const ask = ++this.asks;
    const known = this.server.state === 'running' && vscode.workspace.isTrusted;
    try {
      const status = known ? await this.server.request('auth/status', this.place()) : undefined;
      if (ask === this.asks) {
        this.bar = status?.bar;
        this.show();
      }
    } catch (error) {
      this.server.log.debug(`the account isn't known: ${failureOf(error).message}`);
    }
  }

  private show(): void {
    const waiting = this.prompts.waiting;
    const bar = waiting === undefined ? this.bar : { text: waiting, icon: 'key', tooltip: 'A sign-in waits for you. Click to show its code again.', warning: true };
    // The offer to sign in belongs to queries; who is signed in, and what waits, is always shown.
    if (bar === undefined || (bar.offer === true && this.place().uri === undefined)) {
      this.item.hide();
      return;
    }
    this.item.text = `$(${bar.icon}) ${bar.text}`;
    this.item.tooltip = bar.tooltip;
    this.item.backgroundColor = bar.warning === true ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = { label: bar.text };
    this.item.command = waiting !== undefined ? 'calypso.showPrompt' : bar.offer === true ? 'calypso.signIn' : 'calypso.showAccount';
    this.item.show();
  }
}
