/**
 * The Results panel on the extension's side: it keeps the list of runs, hands it to the webview, and passes the webview's
 * questions about rows on to the server. Rows are never kept here.
 */
import * as vscode from 'vscode';
import type { CellRange, FailureInfo, QueryRunResult, ResultInfo } from '../protocol.gen';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';
import { page } from './html';
import { fromWebview, type FromWebview, type RunView, type TableTab, type ToWebview } from './messages';

/** A run that began, with what only this side needs to know of it. */
export interface Run {
  readonly id: number;
  readonly title: string;
  readonly place: string;
  readonly document?: vscode.Uri;
  /** What "run again" does. */
  readonly again: () => Promise<void>;
  readonly stop: () => void;
}

/** What the panel shows in front: the copy and export commands act on it. */
export interface Front {
  readonly view: string;
  readonly rows: number;
  readonly ranges: readonly CellRange[];
}

interface Entry {
  readonly run: Run;
  readonly since: number;
  view: Omit<RunView, 'elapsed'>;
  ended?: number;
}

export class ResultsPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  static readonly id = 'calypso.results';

  private readonly disposables: vscode.Disposable[] = [];
  private entries: Entry[] = [];
  private webview: vscode.Webview | undefined;
  // What a webview saved before a reload of the window must not be taken for a run of this one.
  private serial = Date.now();
  front: Front | undefined;

  constructor(
    private readonly server: Server,
    private readonly extension: vscode.Uri,
  ) {
    this.disposables.push(
      vscode.window.registerWebviewViewProvider(ResultsPanel.id, this),
      server.on('kusto/result/show', (params) => void this.show(params.result, params.focus)),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.webview = view.webview;
    view.webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: ['media', 'out'].map((folder) => vscode.Uri.joinPath(this.extension, folder)),
    };
    view.webview.html = page(view.webview, this.extension, { title: 'KQL Results', name: 'results' });
    view.webview.onDidReceiveMessage((message: unknown) => void this.receive(view.webview, message), null, this.disposables);
    view.onDidDispose(
      () => {
        // The news of the old view's end can come after the new view.
        if (this.webview === view.webview) {
          this.webview = undefined;
        }
      },
      null,
      this.disposables,
    );
  }

  /** Brings the panel to the front; the keyboard stays in the editor. */
  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${ResultsPanel.id}.focus`, { preserveFocus: true });
  }

  /** Adds a run. Finished runs make room for it, and their rows are given back. */
  begin(run: Omit<Run, 'id'>): Run {
    const begun = { ...run, id: ++this.serial };
    this.drop(this.entries.filter((entry) => entry.ended !== undefined));
    this.entries.push({
      run: begun,
      since: Date.now(),
      view: { id: begun.id, title: run.title, place: run.place, status: 'running', tables: [] },
    });
    this.publish(begun.id);
    return begun;
  }

  finish(run: Run, result: QueryRunResult): void {
    this.end(run, { status: 'done', tables: result.results.flatMap(tabs), stats: result.stats });
  }

  /** Results are those of the blocks that ran before the one that failed. */
  fail(run: Run, error: FailureInfo, results: readonly ResultInfo[] = []): void {
    this.end(run, { status: 'failed', error, tables: results.flatMap(tabs) });
  }

  cancelled(run: Run): void {
    this.end(run, { status: 'cancelled' });
  }

  /** The server ended: what runs there is lost. */
  lost(): void {
    for (const entry of this.entries.filter((entry) => entry.ended === undefined)) {
      this.fail(entry.run, { message: 'the server ended', data: { kind: 'other', hint: 'run again' } });
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private end(run: Run, change: Partial<RunView>): void {
    const entry = this.entries.find((entry) => entry.run.id === run.id);
    if (entry?.ended === undefined && entry !== undefined) {
      entry.ended = Date.now();
      entry.view = { ...entry.view, ...change };
      this.publish(run.id);
    }
  }

  private drop(entries: readonly Entry[]): void {
    this.entries = this.entries.filter((entry) => !entries.includes(entry));
    for (const result of new Set(entries.flatMap((entry) => entry.view.tables.map((table) => table.result)))) {
      // The server gives rows back by itself when it needs room; an answer that never comes does no harm.
      this.server.request('kusto/result/close', { result }).catch((error: unknown) => this.server.log.debug(String(error)));
    }
  }

  /** Shows a result that somebody else than the user's F5 made. */
  async show(result: string, focus: boolean): Promise<void> {
    try {
      const info = await this.server.request('kusto/result/info', { result });
      const again = async (): Promise<void> => {
        await vscode.window.showInformationMessage('This result came from the server and has no query here to run again.');
      };
      const run = this.begin({ title: info.title, place: '', again, stop: () => undefined });
      this.end(run, { status: 'done', tables: tabs(info), stats: info.stats });
      await (focus ? vscode.commands.executeCommand(`${ResultsPanel.id}.focus`) : this.reveal());
    } catch (error) {
      this.server.log.warn(`a result couldn't be shown: ${sentence(failureOf(error))}`);
    }
  }

  private publish(front: number): void {
    const now = Date.now();
    const runs = this.entries.map((entry) => ({ ...entry.view, elapsed: (entry.ended ?? now) - entry.since }));
    this.send({ type: 'runs', runs, front });
    const done = this.entries.some((entry) => entry.view.tables.length > 0);
    void vscode.commands.executeCommand('setContext', 'calypso.hasResult', done);
    void vscode.commands.executeCommand('setContext', 'calypso.running', this.entries.some((entry) => entry.ended === undefined));
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
      case 'ready':
        this.publish(this.entries.at(-1)?.run.id ?? 0);
        break;
      case 'call':
        await this.answer(message.id, message.call);
        break;
      case 'stop':
        this.run(message.run)?.stop();
        break;
      case 'rerun':
        await this.run(message.run)?.again();
        break;
      case 'place':
        await this.goToPlace(message.run);
        break;
      case 'log':
        this.server.log.show();
        break;
      case 'copy': {
        const { text } = await this.server.request('kusto/result/copy', {
          view: message.view,
          ranges: [...message.ranges],
          format: message.format,
          headers: message.headers,
        });
        await vscode.env.clipboard.writeText(text);
        break;
      }
      case 'text':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'front':
        this.front = message.view === '' ? undefined : message;
        break;
    }
  }

  private async answer(id: number, call: Extract<FromWebview, { type: 'call' }>['call']): Promise<void> {
    try {
      this.send({ type: 'answer', id, result: await this.server.request(call.method, call.params) });
    } catch (error) {
      this.send({ type: 'refused', id, error: failureOf(error) });
    }
  }

  private run(id: number): Run | undefined {
    return this.entries.find((entry) => entry.run.id === id)?.run;
  }

  /** Puts the caret where the error is. */
  private async goToPlace(id: number): Promise<void> {
    const entry = this.entries.find((entry) => entry.run.id === id);
    const range = entry?.view.error?.data.range;
    if (entry?.run.document === undefined || range === undefined) {
      return;
    }
    const selection = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
    await vscode.window.showTextDocument(entry.run.document, { selection });
  }
}

function tabs(info: ResultInfo): TableTab[] {
  return info.tables.map((table, index) => ({
    result: info.result,
    table: index,
    title: info.tables.length > 1 && table.name !== '' ? table.name : info.title,
    info: table,
  }));
}
