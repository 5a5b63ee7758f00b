/** Every command of the palette, by name. An error becomes one message with its next step. */
import * as vscode from 'vscode';
import { Location, Position } from 'vscode-languageclient/node';
import type { ChatPanel } from './agent/panel';
import type { Account } from './auth/account';
import { storeSecret } from './auth/secrets';
import type { Notebooks } from './notebook/notebook';
import type { Runner } from './query/run';
import { failureOf, wasStopped } from './server/failure';
import type { Server } from './server/server';
import { forwarded } from './ui/forward';

export interface Parts {
  readonly server: Server;
  readonly runner: Runner;
  readonly chat: ChatPanel;
  readonly account: Account;
  readonly notebooks: Notebooks;
  readonly secrets: vscode.SecretStorage;
}

export function registerCommands({ server, runner, chat, account, notebooks, secrets }: Parts): vscode.Disposable {
  const commands: Record<string, (...args: unknown[]) => unknown> = {
    run: (uri, range) => runner.run(uri, range),
    runAll: () => runner.runAll(),
    newQuery: () => newQuery(),
    newNotebook: () => notebooks.create(),
    importNotebook: () => notebooks.import(),
    exportNotebook: () => notebooks.export(),
    newChat: async () => {
      await chat.chat.newChat();
      await chat.focus();
    },
    stopAnswer: () => chat.chat.stop(),
    explainInChat: () => chat.about('explain'),
    fixInChat: () => chat.about('fix'),
    optimiseInChat: () => chat.about('optimise'),
    storeSecret: () => storeSecret(secrets),
    restartServer: () => server.restart(),
    showLog: () => server.log.show(),
    ...forwarded(server),
    // The server's lenses and code actions carry these two; the palette doesn't list them.
    showReferences: (uri, position, places) => showReferences(server, uri, position, places),
    renameAt: (uri, position) => renameAt(server, uri, position),
    'agent.ask': (uri, range, about) => chat.about(about, uri, range),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, action]) =>
      vscode.commands.registerCommand(`calypso.${name}`, async (...args: unknown[]) => {
        try {
          await action(...args);
        } catch (error) {
          if (!wasStopped(error)) {
            server.log.warn(`calypso.${name}: ${failureOf(error).message}`);
            account.report(error);
          }
        }
      }),
    ),
  );
}

async function showReferences(server: Server, uri: unknown, position: unknown, places: unknown): Promise<void> {
  if (typeof uri !== 'string' || !Position.is(position) || !Array.isArray(places)) {
    return;
  }
  const locations = places.filter((place) => Location.is(place)).map((place) => server.toLocation(place));
  await vscode.commands.executeCommand('editor.action.showReferences', server.toUri(uri), server.toPosition(position), locations);
}

/** Starts a rename at a name that a code action made up. */
async function renameAt(server: Server, uri: unknown, position: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !Position.is(position) || editor.document.uri.toString() !== server.toUri(String(uri)).toString()) {
    return;
  }
  const caret = server.toPosition(position);
  editor.selection = new vscode.Selection(caret, caret);
  await vscode.commands.executeCommand('editor.action.rename');
}

async function newQuery(): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'kql', content: '' }));
}
