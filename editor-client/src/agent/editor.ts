/** The KQL editor that a question is about, and the document that goes along. What is done with it, the server does. */
import * as vscode from 'vscode';
import type { AgentContext } from '../../generated/protocol';
import { languages, type Server } from '../server/server';

/** The KQL editor that people mean: the active one, else one that is in sight. */
export function kqlEditor(): vscode.TextEditor | undefined {
  const isKql = (editor: vscode.TextEditor | undefined): boolean => editor !== undefined && languages.includes(editor.document.languageId);
  const active = vscode.window.activeTextEditor;
  return isKql(active) ? active : vscode.window.visibleTextEditors.find(isKql);
}

/** The document of the editor, with the caret or selection in it. */
export function along(server: Server, editor = kqlEditor()): AgentContext | undefined {
  return editor === undefined ? undefined : { uri: server.uri(editor.document), range: server.fromRange(editor.selection) };
}

export function nameOf(document: vscode.TextDocument): string {
  return document.uri.path.split('/').at(-1) ?? document.uri.path;
}
