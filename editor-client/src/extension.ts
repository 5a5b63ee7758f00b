/** Calypso's VS Code client. It starts the server and shows what it says: start here, then server/server.ts. */
import * as vscode from 'vscode';
import { ChatPanel } from './agent/panel';
import { offerTools } from './agent/tools';
import { Account } from './auth/account';
import { registerCommands } from './commands';
import { showActiveConnection } from './connections/active';
import { Notebooks } from './notebook/notebook';
import { Runner } from './query/run';
import { ResultsPanel } from './results/panel';
import { Server } from './server/server';
import { showStatus } from './server/status';
import { answerAsks } from './ui/asks';
import { showTrees } from './ui/tree';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Calypso', { log: true });
  const server = new Server(context, log);
  const panel = new ResultsPanel(server, context.extensionUri);
  const account = new Account(server, context);
  const runner = new Runner(server, panel, (failure, again) => account.offer(failure, again));
  const notebooks = new Notebooks(server, panel, (failure, again) => account.offer(failure, again));
  const chat = new ChatPanel(server, runner, context, (action, failure, again) => account.act(action, failure, again));
  context.subscriptions.push(
    log,
    server,
    panel,
    account,
    chat,
    notebooks,
    offerTools(server),
    answerAsks(server),
    showActiveConnection(server),
    showTrees(server),
    registerCommands({ server, runner, chat, account, notebooks, secrets: context.secrets }),
    showStatus(server),
    server.onState((state) => state !== 'running' && panel.lost()),
  );
  // Not awaited: commands work while the server starts, and say so when it can't.
  void server.start();
}
