/** Where the active document's queries run, in the status bar. */
import * as vscode from 'vscode';
import type { ActiveConnectionResult } from '../../generated/protocol';
import { failureOf } from '../server/failure';
import { languages, type Server } from '../server/server';

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
