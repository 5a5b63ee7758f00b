/** Notebooks: runs their cells, one after the other, and keeps the connection that a notebook's file names. A cell is a document as any. */
import * as vscode from 'vscode';
import type { FailureInfo, NotebookPlace } from '../../generated/protocol';
import { fromWebview } from '../results/messages';
import type { ResultsPanel } from '../results/panel';
import { failureOf, sentence, wasStopped } from '../server/failure';
import type { Server } from '../server/server';
import { fileOf, NotebookFiles, notebookType, outputOf } from './file';

export class Notebooks implements vscode.Disposable {
  private readonly controller = vscode.notebooks.createNotebookController('calypso.kusto', notebookType, 'Kusto');
  private readonly files: NotebookFiles;
  private readonly disposables: vscode.Disposable[];
  // Notebooks whose own connection is being set: the news of it is no change by a person.
  private readonly opening = new Set<vscode.NotebookDocument>();
  private order = 0;

  constructor(
    private readonly server: Server,
    panel: ResultsPanel,
    private readonly offer: (failure: FailureInfo, again: () => Promise<void>) => Promise<void>,
  ) {
    const keep = vscode.workspace.getConfiguration('calypso').get('notebook.keepOutputs', false);
    this.files = new NotebookFiles(server, keep);
    this.controller.supportedLanguages = ['kql'];
    this.controller.supportsExecutionOrder = true;
    this.controller.executeHandler = (cells) => this.run(cells);
    const line = vscode.notebooks.createRendererMessaging('calypso.result');
    this.disposables = [
      this.controller,
      vscode.workspace.registerNotebookSerializer(notebookType, this.files, { transientOutputs: !keep }),
      line.onDidReceiveMessage(async ({ editor, message }) => {
        const asked = fromWebview(message);
        if (asked?.type === 'leave') {
          return vscode.commands.executeCommand('notebook.cell.quitEdit');
        }
        return asked?.type === 'call' && line.postMessage(await panel.answer(asked), editor);
      }),
      vscode.workspace.onDidOpenNotebookDocument((notebook) => this.connect(notebook)),
      server.onState((state) => state === 'running' && this.connectAll()),
      server.on('kusto/activeConnectionChanged', ({ uri }) => this.connected(uri ?? '')),
    ];
    this.connectAll();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  async create(): Promise<void> {
    await open(new vscode.NotebookData([new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '', 'kql')]));
    await vscode.commands.executeCommand('notebook.cell.edit'); // else letters are keys for cells
  }

  /** Opens a Jupyter notebook's cells as a notebook of ours that isn't saved. */
  async import(): Promise<void> {
    const [file] = (await vscode.window.showOpenDialog({ title: 'Import notebook', filters: { Notebooks: ['ipynb'] } })) ?? [];
    if (file !== undefined) {
      await open(await this.files.deserializeNotebook(await vscode.workspace.fs.readFile(file)));
    }
  }

  async export(): Promise<void> {
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType !== notebookType) {
      await vscode.window.showInformationMessage('Open a Kusto notebook to export it.');
      return;
    }
    await this.server.request('kusto/notebook/export', { uri: this.server.fromUri(notebook.uri), notebook: fileOf(notebook.getCells(), notebook.metadata, true) });
  }

  /** Runs cells in order, and stops at the first that fails or is stopped: what stands behind it has neither run nor failed. */
  private async run(cells: readonly vscode.NotebookCell[]): Promise<void> {
    const waiting = cells.map((cell) => this.controller.createNotebookCellExecution(cell));
    let going = true;
    for (const execution of waiting) {
      going = going && !execution.token.isCancellationRequested;
      execution.start(going ? Date.now() : undefined);
      execution.end(going ? (going = await this.perform(execution)) : undefined, Date.now());
    }
  }

  private async perform(execution: vscode.NotebookCellExecution): Promise<boolean> {
    const { document } = execution.cell;
    execution.executionOrder = ++this.order;
    try {
      await execution.clearOutput();
      const range = this.server.fromRange(document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)));
      const { results, error } = await this.server.request('kusto/query/run', { uri: this.server.uri(document), version: document.version, range, aside: true }, execution.token);
      for (const { result } of results) {
        await execution.appendOutput(outputOf(await this.server.request('kusto/notebook/output', { result })));
      }
      if (error !== undefined) {
        throw Object.assign(new Error(error.message), error);
      }
      return true;
    } catch (error) {
      const failure = failureOf(error);
      const at = failure.data.range?.start;
      const message = wasStopped(error) ? 'The query was stopped' : `${at === undefined ? '' : `Line ${at.line + 1}, column ${at.character + 1}: `}${sentence(failure)}`;
      await execution.appendOutput(new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error({ name: '', message })]));
      if (failure.data.actions !== undefined) {
        // Not awaited: it waits for a person.
        void this.offer(failure, () => this.run([execution.cell])).then(undefined, (fault: unknown) => this.server.log.warn(failureOf(fault).message));
      }
      return false;
    }
  }

  private connectAll(): void {
    vscode.workspace.notebookDocuments.forEach((notebook) => void this.connect(notebook));
  }

  private async connect(notebook: vscode.NotebookDocument): Promise<void> {
    const place = notebook.metadata['place'] as NotebookPlace | undefined;
    if (notebook.notebookType !== notebookType || place === undefined || place.cluster === '' || !vscode.workspace.isTrusted) {
      return;
    }
    this.opening.add(notebook);
    await this.server.request('kusto/notebook/setPlace', { uri: this.uri(notebook), place }).catch((error: unknown) => this.server.log.warn(sentence(failureOf(error))));
    this.opening.delete(notebook);
  }

  /** A person chose a connection for a cell: it is the notebook's, and goes into its file. */
  private async connected(cell: string): Promise<void> {
    const notebook = vscode.workspace.notebookDocuments.find((at) => at.notebookType === notebookType && this.uri(at) === cell.split('#')[0]);
    if (notebook !== undefined && !this.opening.has(notebook)) {
      const edit = new vscode.WorkspaceEdit();
      const place = await this.server.request('kusto/notebook/place', { uri: cell });
      edit.set(notebook.uri, [vscode.NotebookEdit.updateNotebookMetadata({ ...notebook.metadata, place })]);
      await vscode.workspace.applyEdit(edit);
    }
  }

  /** How the server knows the cells of a notebook, without the fragment that tells them apart. On a remote machine it isn't the notebook's. */
  private uri(notebook: vscode.NotebookDocument): string {
    const cell = notebook.cellCount > 0 ? notebook.cellAt(0).document.uri : notebook.uri.with({ scheme: 'vscode-notebook-cell' });
    return this.server.fromUri(cell.with({ fragment: '' }));
  }
}

async function open(data: vscode.NotebookData): Promise<void> {
  await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(notebookType, data));
}
