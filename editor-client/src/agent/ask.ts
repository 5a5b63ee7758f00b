/** Questions about a query in the editor: explain, fix, optimise. The query itself goes along as the document's range. */
import * as vscode from 'vscode';
import type { Server } from '../server/server';
import { findings, kqlEditor, nameOf, plain } from './editor';
import type { ChatPanel } from './panel';

export type About = 'explain' | 'fix' | 'optimise';

const questions: Readonly<Record<About, string>> = {
  explain: 'Explain this query step by step, and say what its result means.',
  fix: 'Fix this query. Say what was wrong and give the whole query as it should be.',
  optimise: 'Make this query cheaper and faster with the same result. Say what you changed and why, and give the whole query.',
};

export function isAbout(value: unknown): value is About {
  return typeof value === 'string' && Object.hasOwn(questions, value);
}

/** Asks about a range of a document; without one, about the selection or the block at the caret. */
export async function askAbout(server: Server, panel: ChatPanel, about: About, uri?: unknown, range?: unknown): Promise<void> {
  const editor = kqlEditor();
  if (typeof uri === 'string' && isRange(range)) {
    await ask(panel, server, await vscode.workspace.openTextDocument(server.toUri(uri)), range, about);
  } else if (editor !== undefined) {
    const { document } = editor;
    await ask(panel, server, document, editor.selection.isEmpty ? await block(server, editor) : editor.selection, about);
  } else {
    await vscode.window.showInformationMessage('Open a KQL file and put the caret into a query.');
  }
}

async function block(server: Server, { document, selection }: vscode.TextEditor): Promise<vscode.Range> {
  const { blocks } = await server.request('kusto/query/blocks', { uri: server.uri(document), version: document.version });
  const found = blocks.findLast(({ range }) => range.start.line <= selection.active.line);
  return found === undefined ? selection : toRange(found.range);
}

async function ask(panel: ChatPanel, server: Server, document: vscode.TextDocument, range: vscode.Range, about: About): Promise<void> {
  const faults = about === 'fix' ? findings(document.uri, range) : '';
  const text = faults === '' ? questions[about] : `${questions[about]} The editor reports:\n${faults}`;
  await panel.ask(text, { name: nameOf(document), context: { uri: server.uri(document), range: plain(range) } });
}

interface PlainRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

function isRange(value: unknown): value is vscode.Range {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}

function toRange({ start, end }: PlainRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
