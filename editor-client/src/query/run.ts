/** Runs what the user points at, and stops it again. What a block is, the server knows. */
import * as vscode from 'vscode';
import type { FailureInfo, QueryRunParams, Range, ResultInfo } from '../protocol.gen';
import type { ResultsPanel, Run } from '../results/panel';
import { failureOf, wasStopped } from '../server/failure';
import { languages, type Server } from '../server/server';

export class Runner implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private readonly running = new Set<Run>();
  // Results of queries that failed half way: they come before the answer, which can't carry them. The last few are enough.
  private readonly partial = new Map<string, readonly ResultInfo[]>();

  constructor(
    private readonly server: Server,
    private readonly panel: ResultsPanel,
    private readonly place: (document: vscode.TextDocument) => string,
    private readonly offer: (failure: FailureInfo, again: () => Promise<void>) => Promise<void>,
  ) {
    this.subscription = server.on('kusto/query/finished', (finished) => {
      if (finished.status === 'failed' && finished.results.length > 0) {
        this.partial.set(finished.query, finished.results);
      }
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Runs the selection, else the block around the caret. The server's lens gives its block; menus give other things, which don't count. */
  async run(uri?: unknown, range?: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (typeof uri === 'string' && isRange(range)) {
      await this.start(await vscode.workspace.openTextDocument(this.server.toUri(uri)), range);
    } else if (editor !== undefined && languages.includes(editor.document.languageId)) {
      await this.start(editor.document, asRange(editor.selection));
    } else {
      await vscode.window.showInformationMessage('Open a KQL file and put the caret into a query to run it.');
    }
  }

  /** Runs every block of the document, each with a tab of its own. */
  async runAll(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !languages.includes(document.languageId)) {
      await vscode.window.showInformationMessage('Open a KQL file to run its queries.');
      return;
    }
    const end = document.lineAt(document.lineCount - 1).range.end;
    await this.start(document, { start: { line: 0, character: 0 }, end: { line: end.line, character: end.character } });
  }

  /** Stops all that runs from this window. */
  cancel(): void {
    for (const run of this.running) {
      run.stop();
    }
  }

  /** Runs a text that stands in no document, where the active document's queries run. */
  async runText(text: string): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const place = await this.server.request('kusto/activeConnection', { uri: document === undefined ? '' : this.server.uri(document) });
    const { connection, database } = place;
    const params = connection === '' ? { text } : { text, connection, database };
    const again = (): Promise<void> => this.runText(text);
    await this.perform({ title: text.trim().split('\n')[0]?.slice(0, 80) ?? '', place: `${place.name} / ${database}`, again }, params);
  }

  private async start(document: vscode.TextDocument, range: Range): Promise<void> {
    const params = { uri: this.server.uri(document), version: document.version, range };
    const again = (): Promise<void> => this.start(document, range);
    await this.perform({ title: title(document, range), place: this.place(document), document: document.uri, again }, params);
  }

  private async perform(about: Omit<Run, 'id' | 'stop'>, params: QueryRunParams): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      await vscode.window.showWarningMessage('Queries run only in a trusted window: use "Workspaces: Manage Workspace Trust".');
      return;
    }
    const source = new vscode.CancellationTokenSource();
    const run = this.panel.begin({ ...about, stop: () => source.cancel() });
    this.running.add(run);
    try {
      await this.panel.reveal();
      this.panel.finish(run, await this.server.request('kusto/query/run', params, source.token));
    } catch (error) {
      if (wasStopped(error)) {
        this.panel.cancelled(run);
      } else {
        const failure = failureOf(error);
        this.panel.fail(run, failure, this.partial.get(failure.data.query ?? ''));
        if (failure.data.actions !== undefined) {
          // Not awaited: it waits for a person.
          void this.offer(failure, about.again).then(undefined, (fault: unknown) => this.server.log.warn(failureOf(fault).message));
        }
      }
    } finally {
      this.partial.clear();
      this.running.delete(run);
      source.dispose();
    }
  }
}

function isRange(value: unknown): value is Range {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}

function asRange(selection: vscode.Selection): Range {
  const { start, end } = selection;
  return { start: { line: start.line, character: start.character }, end: { line: end.line, character: end.character } };
}

/** What a tab says while its query runs: the line of the caret. The server's title replaces it. */
function title(document: vscode.TextDocument, range: Range): string {
  return document.lineAt(range.start.line).text.trim().slice(0, 80);
}
