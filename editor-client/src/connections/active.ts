/** Where the active document's queries run: in the status bar, and picked from there. */
import * as vscode from 'vscode';
import type { ActiveConnectionResult, Connection } from '../protocol.gen';
import { failureOf, sentence } from '../server/failure';
import { languages, type Server } from '../server/server';
import { addConnection } from './add';

export class ActiveConnection implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('calypso.connection', vscode.StatusBarAlignment.Right, 100);
  private readonly disposables: vscode.Disposable[];
  private readonly known = new Map<string, ActiveConnectionResult>();

  constructor(private readonly server: Server) {
    this.item.name = 'Kusto Connection';
    this.item.command = 'calypso.connect';
    const update = (): void => void this.update();
    this.disposables = [
      this.item,
      vscode.window.onDidChangeActiveTextEditor(update),
      server.onState(update),
      server.on('kusto/connectionsChanged', update),
      server.on('kusto/activeConnectionChanged', update),
      server.on('kusto/schema/changed', (change) => change.state !== 'loading' && update()),
      vscode.workspace.onDidCloseTextDocument((document) => this.known.delete(document.uri.toString())),
    ];
    update();
  }

  /** The place of a document as shown, "" when it isn't known yet. */
  place(document: vscode.TextDocument): string {
    const active = this.known.get(document.uri.toString());
    return active === undefined ? '' : placeOf(active);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Asks for a connection and a database and sets them for the active document; without one, as the default. */
  async choose(preset?: { connection: string; database?: string }): Promise<void> {
    const document = activeDocument();
    const connection = preset?.connection ?? (await this.pickConnection(document));
    if (connection === undefined) {
      return;
    }
    const database = preset?.database ?? (await this.pickDatabase(connection));
    if (database === undefined) {
      return;
    }
    await this.server.request('kusto/setActiveConnection', {
      ...(document === undefined ? {} : { uri: this.server.uri(document) }),
      connection,
      database,
    });
    await this.update();
  }

  private async pickConnection(document: vscode.TextDocument | undefined): Promise<string | undefined> {
    const { connections } = await this.server.request('kusto/connections/list', undefined);
    const active = document === undefined ? undefined : this.known.get(document.uri.toString())?.connection;
    const add = { label: '$(add) Add connection…', id: '', description: '' };
    const picked = await vscode.window.showQuickPick([...connections.map((c) => entry(c, active)), add], {
      title: document === undefined ? 'Connection for all documents' : `Connection for ${vscode.workspace.asRelativePath(document.uri)}`,
      placeHolder: 'Where queries run',
      matchOnDescription: true,
    });
    if (picked === add) {
      return addConnection(this.server);
    }
    return picked?.id;
  }

  /** Undefined when the user left; the only database is taken without a question. */
  private async pickDatabase(id: string): Promise<string | undefined> {
    const answer = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Kusto: asking for databases' },
      () => this.server.request('kusto/connections/test', { id }),
    );
    if (!answer.ok) {
      const why = answer.error === undefined ? "the cluster didn't answer" : sentence(answer.error);
      await vscode.window.showErrorMessage(`Can't connect: ${why}`);
      return undefined;
    }
    if (answer.databases.length <= 1) {
      return answer.databases[0] ?? '';
    }
    return vscode.window.showQuickPick(answer.databases, { title: 'Database', placeHolder: 'Database that queries run in' });
  }

  private async update(): Promise<void> {
    const document = activeDocument();
    if (document === undefined || this.server.state !== 'running') {
      this.item.hide();
      return;
    }
    try {
      const active = await this.server.request('kusto/activeConnection', { uri: this.server.uri(document) });
      this.known.set(document.uri.toString(), active);
      if (document === activeDocument()) {
        this.show(active);
      }
    } catch (error) {
      this.server.log.debug(`the active connection isn't known: ${failureOf(error).message}`);
    }
  }

  private show(active: ActiveConnectionResult): void {
    const none = active.connection === '';
    this.item.text = none ? '$(plug) Connect' : `$(${active.note === undefined ? 'database' : 'warning'}) ${placeOf(active)}`;
    const from = { directive: 'set by a #connect line', document: 'set for this document', default: 'the default', none: '' }[active.from];
    const note = active.note === undefined ? '' : `; ${active.note}`;
    this.item.tooltip = none ? 'No connection: choose where queries run' : `Queries run on ${placeOf(active)} (${from})${note}. Click to change.`;
    this.item.accessibilityInformation = { label: none ? 'Kusto connection: none' : `Kusto connection: ${placeOf(active)}${note}` };
    this.item.show();
  }
}

function placeOf(active: ActiveConnectionResult): string {
  return active.database === '' ? active.name : `${active.name}/${active.database}`;
}

function activeDocument(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && languages.includes(document.languageId) ? document : undefined;
}

function entry(connection: Connection, active: string | undefined): { label: string; description: string; id: string } {
  const icon = connection.id === active ? '$(check)' : '$(server)';
  return { label: `${icon} ${connection.name}`, description: connection.url === connection.name ? '' : connection.url, id: connection.id };
}
