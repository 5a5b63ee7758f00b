/**
 * Sign-in as a person sees it: commands, prompts, the account in the status bar, and the buttons of a failure. Who is signed in, the
 * server knows; start at signIn.
 */
import * as vscode from 'vscode';
import type { AuthStatus, FailureInfo } from '../protocol.gen';
import { failureOf, sentence, wasStopped } from '../server/failure';
import { languages, type Server } from '../server/server';
import { browserIsHere, Prompts } from './prompt';
import { secret, storageKey, vscodeToken } from './secrets';
import { modeName, statusOf, tenantFault, tokenDetail, trustLines, untrustedHost } from './words';

interface Wish {
  readonly mode?: string;
  readonly tenant?: string;
}

/** Does what failed once more. */
type Again = () => Promise<void>;

const asked = 'calypso.importAsked';

export class Account implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('calypso.account', vscode.StatusBarAlignment.Right, 99);
  private readonly prompts: Prompts;
  private readonly disposables: vscode.Disposable[];
  private status: AuthStatus | undefined;
  // The sign-in that takes the place of one that was given up: what failed with that one waits for it.
  private instead: Promise<boolean> | undefined;
  private asks = 0;

  constructor(
    private readonly server: Server,
    private readonly context: vscode.ExtensionContext,
  ) {
    const update = (): void => void this.update();
    this.item.name = 'Calypso Account';
    this.prompts = new Prompts(
      (id) => void server.request('auth/cancel', { id }).then(undefined, (error: unknown) => this.report(error)),
      (id, again) => void this.otherWay(id, again),
    );
    this.disposables = [
      this.item,
      this.prompts,
      this.prompts.onChange(() => this.show()),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
      server.onState((state) => {
        if (state !== 'running') {
          this.prompts.end();
        }
        update();
      }),
      server.on('auth/didChange', update),
      server.on('kusto/activeConnectionChanged', update),
      server.on('auth/promptClosed', (closed) => this.prompts.close(closed)),
      server.handle('auth/prompt', (prompt) => this.prompts.show(prompt)),
      server.handle('auth/getVSCodeToken', (params) => vscodeToken(params)),
      server.handle('auth/storageKey', ({ create }) => storageKey(context.secrets, create)),
      server.handle('auth/getSecret', ({ name }) => secret(context.secrets, name)),
    ];
    update();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Asks for a way and signs in. */
  async signIn(): Promise<void> {
    const mode = await this.pickWay(await this.ask());
    if (mode !== undefined) {
      await this.perform(mode === '' ? {} : { mode });
    }
  }

  async signOut(): Promise<void> {
    const who = (await this.ask()).account;
    const out = 'Sign Out';
    const question = who === '' ? 'Sign out and forget what is saved of the sign-in?' : `Sign out ${who}?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true }, out)) === out) {
      await this.server.request('auth/signOut', this.place());
      await this.update();
      vscode.window.setStatusBarMessage('$(check) Signed out', 5000);
    }
  }

  async switchTenant(again?: Again): Promise<boolean> {
    const now = await this.ask();
    if (now.resource === '') {
      await vscode.window.showInformationMessage('Choose a connection to a cluster first: a tenant is set for each cluster.');
      return false;
    }
    const tenant = await vscode.window.showInputBox({
      title: `Tenant for ${now.resource}`,
      prompt: 'Id or domain of the tenant; empty for the account’s own',
      value: now.tenant,
      placeHolder: 'contoso.onmicrosoft.com',
      ignoreFocusOut: true,
      validateInput: (value) => tenantFault(value.trim()),
    });
    return tenant === undefined ? false : this.perform({ tenant: tenant.trim() }, again);
  }

  /** What the status bar's click shows: who, where to, and what can be changed. */
  async showAccount(): Promise<void> {
    if (this.prompts.waiting !== undefined) {
      this.prompts.again();
      return;
    }
    const now = await this.ask();
    const action = (label: string, act: () => unknown): vscode.QuickPickItem & { act: () => unknown } => ({ label, act });
    const heading = (label: string): vscode.QuickPickItem & { act: () => unknown } => ({ label, kind: vscode.QuickPickItemKind.Separator, act: () => undefined });
    const fact = (label: string, description: string): vscode.QuickPickItem & { act: () => unknown } => ({ label, description, act: () => undefined });
    const signedIn = now.state === 'signed_in';
    const items = [
      ...(now.message === undefined ? [] : [fact(`$(warning) ${now.message}`, '')]),
      action(signedIn ? '$(sign-in) Sign in another way' : '$(sign-in) Sign in', () => this.signIn()),
      ...(now.resource === '' ? [] : [action('$(organization) Switch tenant', () => this.switchTenant())]),
      ...(now.import === undefined ? [] : [action('$(cloud-download) Import the sign-in of the Codex CLI', () => this.import())]),
      ...(signedIn ? [action('$(sign-out) Sign out', () => this.signOut())] : []),
      ...(now.services.length === 0 ? [] : [heading('tokens at hand')]),
      ...now.services.map((service) => fact(`$(key) ${service.scope.replace(/\/\.default$/, '')}`, tokenDetail(service, new Date(service.expires).toLocaleTimeString()))),
      ...(now.storage === undefined ? [] : [heading('saved sign-in'), fact(`$(lock) ${storageName(now.storage)}`, now.note ?? '')]),
    ];
    const picked = await vscode.window.showQuickPick(items, { title: titleOf(now), placeHolder: 'What to do with the sign-in' });
    await picked?.act();
  }

  /** Shows a failure with its buttons; a step that worked runs what failed again. */
  async offer(failure: FailureInfo, again?: Again): Promise<void> {
    if (this.instead !== undefined) {
      if (await this.instead) {
        await again?.();
      }
      return;
    }
    const actions = (failure.data.actions ?? []).filter((action) => action !== 'Browser' || browserIsHere());
    const choice = await vscode.window.showErrorMessage(sentence(failure), ...actions);
    if (choice !== undefined && (await this.act(choice, failure, again))) {
      await again?.();
    }
  }

  /** An error of a command: with buttons where it has some. */
  report(error: unknown, again?: Again): void {
    if (!wasStopped(error)) {
      void this.offer(failureOf(error), again).then(undefined, (fault: unknown) => this.report(fault));
    }
  }

  /** Does what a button says; true when what failed should be tried again. A step that fails keeps what was to be done again. */
  private async act(action: string, failure: FailureInfo, again: Again | undefined): Promise<boolean> {
    switch (action) {
      case 'VS Code account':
        return this.perform({ mode: 'vscode' }, again);
      case 'Browser':
        return this.perform({ mode: 'browser' }, again);
      case 'Code':
        return this.perform({ mode: 'device_code' }, again);
      case 'az login':
        return this.azLogin(again);
      case 'Switch tenant':
        return this.switchTenant(again);
      case 'Trust host':
        await this.trustHost(untrustedHost(failure.message));
        return false;
      case 'Continue': // The query meets its challenge again, and then asks with it.
        return again !== undefined || this.perform({});
      case 'Sign in': {
        // Where no way is set, a person chooses; where one is, they did.
        const now = await this.ask();
        const mode = now.mode === 'default' ? await this.pickWay(now) : '';
        return mode === undefined ? false : this.perform(mode === '' ? {} : { mode }, again);
      }
      default: // New code, Retry
        return this.perform({}, again);
    }
  }

  private async perform(wish: Wish, again?: Again): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      await vscode.window.showWarningMessage('Sign-in works only in a trusted window: use "Workspaces: Manage Workspace Trust".');
      return false;
    }
    try {
      const now = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Calypso: signing in' }, (_, token) =>
        this.server.request('auth/signIn', { ...this.place(), ...wish }, token),
      );
      this.take(now);
      vscode.window.setStatusBarMessage(`$(check) Signed in${now.account === '' ? '' : ` as ${now.account}`}`, 5000);
      return true;
    } catch (error) {
      this.report(error, again);
      return false;
    }
  }

  /** Another way in place of an open prompt; what waits for that one goes on with this one. */
  private async otherWay(id: string, again: () => void): Promise<void> {
    try {
      const mode = await this.pickWay(await this.ask());
      if (mode === undefined) {
        again();
        return;
      }
      const done = this.server.request('auth/cancel', { id }).then(() => this.perform(mode === '' ? {} : { mode }));
      this.instead = done;
      await done.finally(() => (this.instead = undefined));
    } catch (error) {
      this.report(error);
    }
  }

  /** "" for the way that is set; undefined when the person left. */
  private async pickWay(now: AuthStatus): Promise<string | undefined> {
    if (!now.prompts) {
      return '';
    }
    const ways = [
      { label: '$(vscode) VS Code account', description: 'the Microsoft account that VS Code holds', mode: 'vscode' },
      ...(browserIsHere() ? [{ label: '$(globe) Browser', description: 'a page on this machine', mode: 'browser' }] : []),
      { label: '$(key) Code', description: 'to enter on any machine', mode: 'device_code' },
      { label: '$(terminal) Azure CLI', description: 'the account of az login', mode: 'azure_cli' },
    ];
    const title = now.resource === '' ? 'Sign in to Azure' : `Sign in to query ${now.resource}`;
    return (await vscode.window.showQuickPick(ways, { title, placeHolder: 'How to sign in', matchOnDescription: true }))?.mode;
  }

  private async azLogin(again?: Again): Promise<boolean> {
    const terminal = vscode.window.createTerminal('az login');
    terminal.show();
    terminal.sendText('az login');
    const use = 'Use Azure CLI';
    const choice = await vscode.window.showInformationMessage('When az login is done in the terminal, go on with its account.', use);
    return choice === use ? this.perform({ mode: 'azure_cli' }, again) : false;
  }

  /** Who may have tokens is the person's own setting: they write it, with the lines at hand. */
  private async trustHost(host: string): Promise<void> {
    const { configFile } = await this.ask();
    if (host === '' || configFile === undefined) {
      return;
    }
    const open = 'Copy Lines and Open File';
    const question = `A host that you trust gets your tokens. To trust ${host}, add these lines to ${configFile}, then restart the server:\n\n${trustLines(host)}`;
    if ((await vscode.window.showWarningMessage(question, { modal: true }, open)) !== open) {
      return;
    }
    await vscode.env.clipboard.writeText(trustLines(host));
    const file = vscode.Uri.file(configFile);
    try {
      await vscode.workspace.fs.stat(file);
    } catch {
      await vscode.workspace.fs.writeFile(file, new Uint8Array());
    }
    await vscode.window.showTextDocument(file);
  }

  private async import(): Promise<void> {
    this.take(await this.server.request('auth/importCodex', this.place()));
    vscode.window.setStatusBarMessage('$(check) The sign-in of the Codex CLI is taken over', 5000);
  }

  /** A sign-in of the Codex CLI is offered once. */
  private async offerImport(now: AuthStatus): Promise<void> {
    if (now.import === undefined || now.state !== 'signed_out' || now.resource === '' || this.context.globalState.get(asked) === true) {
      return;
    }
    await this.context.globalState.update(asked, true);
    const yes = 'Import';
    const question = `The Codex CLI is signed in to Azure DevOps (${now.import}). Use that sign-in for ${now.resource} too?`;
    if ((await vscode.window.showInformationMessage(question, yes, 'Not Now')) === yes) {
      await this.import();
    }
  }

  private ask(): Promise<AuthStatus> {
    return this.server.request('auth/status', this.place());
  }

  private place(): { uri?: string } {
    const document = vscode.window.activeTextEditor?.document;
    return document !== undefined && languages.includes(document.languageId) ? { uri: this.server.uri(document) } : {};
  }

  private async update(): Promise<void> {
    const ask = ++this.asks;
    if (this.server.state !== 'running' || !vscode.workspace.isTrusted) {
      this.take(undefined);
      return;
    }
    try {
      const now = await this.ask();
      if (ask === this.asks) {
        this.take(now);
        await this.offerImport(now);
      }
    } catch (error) {
      this.server.log.debug(`the account isn't known: ${failureOf(error).message}`);
    }
  }

  private take(now: AuthStatus | undefined): void {
    this.status = now;
    this.show();
  }

  private show(): void {
    const shown = this.status === undefined ? undefined : statusOf(this.status, this.prompts.waiting);
    // The offer to sign in belongs to queries; who is signed in, and what waits, is always shown.
    const offer = this.status?.state === 'signed_out' && this.prompts.waiting === undefined;
    if (shown === undefined || (offer && this.place().uri === undefined)) {
      this.item.hide();
      return;
    }
    this.item.text = shown.text;
    this.item.tooltip = shown.tooltip;
    this.item.backgroundColor = shown.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = { label: shown.text.replace(/\$\([^)]*\) ?/g, '') };
    this.item.command = offer ? 'calypso.signIn' : 'calypso.showAccount';
    this.item.show();
  }
}

function titleOf(now: AuthStatus): string {
  const who = now.account === '' ? (now.state === 'signed_in' ? modeName(now.mode) : 'Nobody is signed in') : `${now.account} (${modeName(now.mode)})`;
  return [who, now.tenant === '' ? '' : `tenant ${now.tenant}`, now.resource].filter((part) => part !== '').join(' · ');
}

function storageName(holder: string): string {
  const names: Record<string, string> = {
    client: 'sealed; VS Code keeps the key',
    keyring: 'sealed; the keyring keeps the key',
    kernel: 'sealed; kept until this machine restarts',
    file: 'sealed; the key is a file',
    memory: 'for this session only',
  };
  return names[holder] ?? holder;
}
