/** Calypso's VS Code client. It starts the server and shows what it says: start here, then server/server.ts. */
import * as vscode from 'vscode';
import { ChatPanel } from './agent/panel';
import { offerTools } from './agent/tools';
import { Account } from './auth/account';
import { registerCommands } from './commands';
import { ActiveConnection } from './connections/active';
import { ConnectionsTree } from './connections/tree';
import { Runner } from './query/run';
import { ResultsPanel } from './results/panel';
import { Server } from './server/server';
import { showStatus } from './server/status';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Calypso', { log: true });
  const server = new Server(context, log);
  const panel = new ResultsPanel(server, context.extensionUri);
  const active = new ActiveConnection(server);
  const account = new Account(server, context);
  const runner = new Runner(server, panel, (document) => active.place(document), (failure, again) => account.offer(failure, again));
  const chat = new ChatPanel(server, panel, runner, context);
  context.subscriptions.push(
    log,
    server,
    panel,
    active,
    account,
    runner,
    chat,
    offerTools(server),
    new ConnectionsTree(server),
    registerCommands({ server, panel, active, runner, chat, account, secrets: context.secrets }),
    showStatus(server),
    server.onState((state) => state !== 'running' && panel.lost()),
  );
  // Not awaited: commands work while the server starts, and say so when it can't.
  void server.start();
}
