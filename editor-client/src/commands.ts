/** Every command of the palette, by name. An error becomes one message with its next step. */
import * as vscode from 'vscode';
import { Location, Position } from 'vscode-languageclient/node';
import { askAbout, isAbout } from './agent/ask';
import type { ChatPanel } from './agent/panel';
import { chooseThread } from './agent/threads';
import type { Account } from './auth/account';
import { storeSecret } from './auth/secrets';
import type { ActiveConnection } from './connections/active';
import { addConnection, removeConnection } from './connections/add';
import { targetOf, type Node } from './connections/tree';
import type { Runner } from './query/run';
import type { ResultsPanel } from './results/panel';
import { copyResults, exportResults } from './results/transfer';
import { failureOf, wasStopped } from './server/failure';
import type { Server } from './server/server';

export interface Parts {
  readonly server: Server;
  readonly panel: ResultsPanel;
  readonly active: ActiveConnection;
  readonly runner: Runner;
  readonly chat: ChatPanel;
  readonly account: Account;
  readonly secrets: vscode.SecretStorage;
}

export function registerCommands({ server, panel, active, runner, chat, account, secrets }: Parts): vscode.Disposable {
  const commands: Record<string, (...args: unknown[]) => unknown> = {
    run: (uri, range) => runner.run(uri, range),
    runAll: () => runner.runAll(),
    cancel: () => runner.cancel(),
    connect: (node) => active.choose(isNode(node) ? targetOf(node) : undefined),
    addConnection: () => addAndOffer(server, active),
    removeConnection: (node) => removeConnection(server, isNode(node) ? targetOf(node).connection : undefined),
    refreshSchema: (node) => refreshSchema(server, isNode(node) ? targetOf(node) : undefined),
    copyResults: () => copyResults(server, panel),
    exportResults: () => exportResults(server, panel),
    newQuery: () => newQuery(),
    newChat: async () => {
      await chat.chat.newChat();
      await chat.focus();
    },
    showChats: () => chooseThread(chat.chat, server),
    stopAnswer: () => chat.chat.stop(),
    chooseModel: () => chat.chooseModel(),
    explainInChat: () => askAbout(server, chat, 'explain'),
    fixInChat: () => askAbout(server, chat, 'fix'),
    optimiseInChat: () => askAbout(server, chat, 'optimise'),
    signIn: () => account.signIn(),
    signOut: () => account.signOut(),
    switchTenant: () => account.switchTenant(),
    showAccount: () => account.showAccount(),
    storeSecret: () => storeSecret(secrets),
    restartServer: () => server.restart(),
    showLog: () => server.log.show(),
    // The server's lenses and code actions carry these two; the palette doesn't list them.
    showReferences: (uri, position, places) => showReferences(server, uri, position, places),
    renameAt: (uri, position) => renameAt(server, uri, position),
    'agent.ask': (uri, range, about) => isAbout(about) && askAbout(server, chat, about, uri, range),
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

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'connection' || value.kind === 'schema');
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

async function addAndOffer(server: Server, active: ActiveConnection): Promise<void> {
  const connection = await addConnection(server);
  if (connection !== undefined) {
    await active.choose({ connection });
  }
}

/** Refreshes the given place, or where the active document's queries run. */
async function refreshSchema(server: Server, target?: { connection: string; database?: string }): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const place = target ?? (await server.request('kusto/activeConnection', { uri: document === undefined ? '' : server.uri(document) }));
  if (place.connection === '') {
    await vscode.window.showInformationMessage('There is no connection whose schema could be refreshed. Choose one first.');
    return;
  }
  const { counts } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Kusto: reading the schema' },
    () =>
      server.request('kusto/schema/refresh', {
        connection: place.connection,
        ...(place.database === undefined ? {} : { database: place.database }),
      }),
  );
  vscode.window.setStatusBarMessage(`$(check) Schema: ${counts.tables} tables, ${counts.columns} columns`, 5000);
}

async function newQuery(): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'kql', content: '' }));
}
