/** Runs what the user points at. What a block is, the server knows; it also has the tabs, and stops what runs. */
import * as vscode from 'vscode';
import type { FailureInfo, QueryRunParams, Range } from '../../generated/protocol';
import type { ResultsPanel } from '../results/panel';
import { failureOf, wasStopped } from '../server/failure';
import { languages, type Server } from '../server/server';

export class Runner {
  constructor(
    private readonly server: Server,
    private readonly panel: ResultsPanel,
    private readonly offer: (failure: FailureInfo, again: () => Promise<void>) => Promise<void>,
  ) {
    panel.again = (run) => this.perform(run);
  }

  /** Runs the selection, else the block around the caret. The server's lens gives its block; menus give other things, which don't count. */
  async run(uri?: unknown, range?: unknown): Promise<void> {
    if (typeof uri === 'string' && typeof range === 'object' && range !== null && 'start' in range) {
      const { version } = await vscode.workspace.openTextDocument(this.server.toUri(uri));
      await this.perform({ uri, version, range: range as Range });
    } else {
      await this.runEditor((editor) => editor.selection);
    }
  }

  /** Runs every block of the document, each with a tab of its own. */
  async runAll(): Promise<void> {
    await this.runEditor(({ document }) => document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)));
  }

  /** Runs a text that stands in no document, where the active document's queries run. */
  async runText(text: string): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const { connection, database } = await this.server.request('kusto/activeConnection', { uri: document === undefined ? '' : this.server.uri(document) });
    await this.perform(connection === '' ? { text } : { text, connection, database });
  }

  private async runEditor(range: (editor: vscode.TextEditor) => vscode.Range): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !languages.includes(editor.document.languageId)) {
      await vscode.window.showInformationMessage('Open a KQL file and put the caret into a query to run it.');
      return;
    }
    await this.perform({ uri: this.server.uri(editor.document), version: editor.document.version, range: this.server.fromRange(range(editor)) });
  }

  private async perform(params: QueryRunParams): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      await vscode.window.showWarningMessage('Queries run only in a trusted window: use "Workspaces: Manage Workspace Trust".');
      return;
    }
    try {
      // Asked at once: while the panel comes, one types on, and the text would be another.
      await Promise.all([this.server.request('kusto/query/run', params), this.panel.reveal()]);
    } catch (error) {
      const failure = failureOf(error);
      if (wasStopped(error)) {
        return;
      }
      if (failure.data.actions !== undefined) {
        // Not awaited: it waits for a person.
        void this.offer(failure, () => this.perform(params)).then(undefined, (fault: unknown) => this.server.log.warn(failureOf(fault).message));
      } else if (failure.data.kind === 'other') {
        this.server.log.warn(failure.message); // The panel shows what the server said; without a server it can't.
        if (this.server.state === 'failed') {
          await vscode.window.showErrorMessage(failure.message);
        }
      }
    }
  }
}
