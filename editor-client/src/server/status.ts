/** The language status item: how the server is, with restart and log. A server that gave up says so in a message as well. */
import * as vscode from 'vscode';
import { languages, type Server, type ServerState } from './server';

export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('calypso.server', languages.map((language) => ({ language })));
  item.name = 'Calypso';
  const update = (state: ServerState): void => {
    item.busy = state === 'starting' || state === 'waiting';
    item.severity = severity(state);
    item.text = text(server, state);
    item.detail = state === 'running' ? '' : server.reason;
    item.command =
      state === 'failed'
        ? { command: 'calypso.restartServer', title: 'Restart' }
        : { command: 'calypso.showLog', title: 'Show log' };
    void vscode.commands.executeCommand('setContext', 'calypso.server', state);
    if (state === 'failed') {
      void offerRestart(server);
    }
  };
  update(server.state);
  return vscode.Disposable.from(item, server.onState(update));
}

function severity(state: ServerState): vscode.LanguageStatusSeverity {
  switch (state) {
    case 'failed':
      return vscode.LanguageStatusSeverity.Error;
    case 'waiting':
      return vscode.LanguageStatusSeverity.Warning;
    default:
      return vscode.LanguageStatusSeverity.Information;
  }
}

function text(server: Server, state: ServerState): string {
  switch (state) {
    case 'starting':
      return 'Calypso starts';
    case 'running':
      return `Calypso ${server.version}`;
    case 'waiting':
      return 'Calypso ended and starts again';
    case 'failed':
      return "Calypso isn't running";
  }
}

async function offerRestart(server: Server): Promise<void> {
  const restart = 'Restart';
  const log = 'Show Log';
  const choice = await vscode.window.showErrorMessage(`The Calypso server isn't running: ${server.reason}.`, restart, log);
  if (choice === restart) {
    await vscode.commands.executeCommand('calypso.restartServer');
  } else if (choice === log) {
    await vscode.commands.executeCommand('calypso.showLog');
  }
}
