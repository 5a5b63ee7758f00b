/** Copies and exports what the Results panel has in front. The server writes the text and the file; rows don't pass here. */
import * as vscode from 'vscode';
import type { CopyFormat, ExportFormat } from '../protocol.gen';
import type { Server } from '../server/server';
import type { ResultsPanel } from './panel';

const copies: readonly { label: string; format: CopyFormat; headers: boolean }[] = [
  { label: 'Tab-separated with headers', format: 'tsv', headers: true },
  { label: 'Tab-separated', format: 'tsv', headers: false },
  { label: 'CSV', format: 'csv', headers: true },
  { label: 'Markdown table', format: 'markdown', headers: true },
  { label: 'JSON', format: 'json', headers: true },
  { label: 'KQL datatable', format: 'datatable', headers: true },
];

const files: Readonly<Record<string, ExportFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  json: 'json',
  ndjson: 'ndjson',
  md: 'markdown',
  kql: 'datatable',
};

/** Copies the selected cells, or all rows when no more than one cell is selected. */
export async function copyResults(server: Server, panel: ResultsPanel): Promise<void> {
  const front = panel.front;
  if (front === undefined) {
    await vscode.window.showInformationMessage('There are no results to copy. Run a query first.');
    return;
  }
  const choice = await vscode.window.showQuickPick(copies, { title: 'Copy results as' });
  if (choice !== undefined) {
    const { format, headers } = choice;
    const { text } = await server.request('kusto/result/copy', { view: front.view, ranges: [...front.ranges], format, headers });
    await vscode.env.clipboard.writeText(text);
  }
}

/** Writes all rows of the view to a file of the user's choice; its ending decides the format. */
export async function exportResults(server: Server, panel: ResultsPanel): Promise<void> {
  const front = panel.front;
  if (front === undefined) {
    await vscode.window.showInformationMessage('There are no results to export. Run a query first.');
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: 'Export results',
    filters: { CSV: ['csv'], 'Tab-separated': ['tsv'], 'JSON array': ['json'], 'JSON lines': ['ndjson'], Markdown: ['md'], 'KQL datatable': ['kql'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'results.csv') }),
  });
  if (target === undefined) {
    return;
  }
  const format = files[target.path.split('.').at(-1) ?? ''];
  if (format === undefined || target.scheme !== 'file') {
    await vscode.window.showErrorMessage('Export writes .csv, .tsv, .json, .ndjson, .md or .kql files on this machine: choose such a name.');
    return;
  }
  const written = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Exporting results', cancellable: true },
    (_, token) => server.request('kusto/result/export', { view: front.view, format, target: target.fsPath }, token),
  );
  const open = 'Open';
  const message = `${written.rows.toLocaleString('en')} rows written to ${vscode.workspace.asRelativePath(target)}.`;
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand('vscode.open', target);
  }
}
