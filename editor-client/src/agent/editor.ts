/** What the chat does in the editor: the document that goes along, and queries put into it. Where a block ends, the server says. */
import * as vscode from 'vscode';
import type { Range } from '../protocol.gen';
import { languages, type Server } from '../server/server';
import type { Along } from './chat';

/** The KQL editor that people mean: the active one, else one that is in sight. */
export function kqlEditor(): vscode.TextEditor | undefined {
  const isKql = (editor: vscode.TextEditor | undefined): boolean => editor !== undefined && languages.includes(editor.document.languageId);
  const active = vscode.window.activeTextEditor;
  return isKql(active) ? active : vscode.window.visibleTextEditors.find(isKql);
}

/** The document of the editor, with the caret or selection in it. */
export function along(server: Server, editor = kqlEditor()): Along | undefined {
  if (editor === undefined || editor.document.getText().trim() === '') {
    return undefined;
  }
  const range = plain(editor.selection);
  return { name: nameOf(editor.document), context: { uri: server.uri(editor.document), range } };
}

export function nameOf(document: vscode.TextDocument): string {
  return document.uri.path.split('/').at(-1) ?? document.uri.path;
}

/** Puts a query into the document: over the selection, at an empty place, else as a block of its own behind the one at the caret. */
export async function insert(server: Server, text: string): Promise<void> {
  const editor = kqlEditor();
  if (editor === undefined) {
    await open(text);
    return;
  }
  const { document, selection } = editor;
  const query = text.trim();
  const edit = new vscode.WorkspaceEdit();
  if (!selection.isEmpty) {
    edit.replace(document.uri, selection, query);
  } else if (document.getText().trim() === '') {
    edit.insert(document.uri, new vscode.Position(0, 0), `${query}\n`);
  } else {
    const end = await blockEnd(server, editor);
    edit.insert(document.uri, end, `\n\n${query}`);
  }
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { preview: false, viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active });
}

async function blockEnd(server: Server, { document, selection }: vscode.TextEditor): Promise<vscode.Position> {
  const caret = selection.active;
  const { blocks } = await server.request('kusto/query/blocks', { uri: server.uri(document), version: document.version });
  const block = blocks.findLast(({ range }) => range.start.line <= caret.line);
  const end = block?.range.end ?? plain(selection).end;
  return document.lineAt(Math.min(end.line, document.lineCount - 1)).range.end;
}

/** Opens a query as a document of its own. */
export async function open(text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'kql', content: `${text.trim()}\n` });
  await vscode.window.showTextDocument(document, { preview: false });
}

/** The errors and warnings that the editor shows in a range, a line each. */
export function findings(uri: vscode.Uri, range: vscode.Range): string {
  return vscode.languages
    .getDiagnostics(uri)
    .filter((found) => found.range.intersection(range) !== undefined && found.severity <= vscode.DiagnosticSeverity.Warning)
    .slice(0, 10)
    .map((found) => `- line ${found.range.start.line - range.start.line + 1}: ${found.message}`)
    .join('\n');
}

export function plain({ start, end }: vscode.Range): Range {
  return { start: { line: start.line, character: start.character }, end: { line: end.line, character: end.character } };
}
