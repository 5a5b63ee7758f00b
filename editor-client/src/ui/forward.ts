/** Commands that the server carries out: they are only handed on, with the tree's nodes or the document they were called on. */
import * as vscode from 'vscode';
import { Commands } from '../../generated/protocol';
import { languages, type Server } from '../server/server';
import { Line } from './tree';

export function forwarded(server: Server): Record<string, (...args: unknown[]) => Promise<unknown>> {
  return Object.fromEntries(Commands.map((command) => [command, (...args: unknown[]) => forward(server, command, args)]));
}

async function forward(server: Server, command: string, args: unknown[]): Promise<void> {
  const lines = args.flat().filter((argument): argument is Line => argument instanceof Line && argument.again === undefined);
  const nodes = lines.map((line) => line.ref).filter((ref, i, all) => all.findIndex((other) => other.id === ref.id) === i);
  const editor = vscode.window.activeTextEditor;
  const ours = editor !== undefined && languages.includes(editor.document.languageId);
  await server.request('ui/command', {
    command,
    ...(nodes.length > 0 ? { nodes } : {}),
    ...(lines.length === 0 && args.length > 0 ? { args: args.map((argument) => (argument instanceof vscode.Uri ? server.fromUri(argument) : argument)) } : {}),
    ...(ours ? { uri: server.uri(editor.document), range: server.fromRange(editor.selection) } : {}),
  });
}
