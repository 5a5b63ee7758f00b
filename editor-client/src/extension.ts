/** Calypso's VS Code client. It starts the server and shows what it says: start here, then server/server.ts. */
import * as vscode from 'vscode';
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
  const runner = new Runner(server, panel, (document) => active.place(document));
  context.subscriptions.push(
    log,
    server,
    panel,
    active,
    runner,
    new ConnectionsTree(server),
    registerCommands({ server, panel, active, runner }),
    showStatus(server),
    server.onState((state) => state !== 'running' && panel.lost()),
  );
  // Not awaited: commands work while the server starts, and say so when it can't.
  void server.start();
}
