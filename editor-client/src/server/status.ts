/** The language status item: how the server is, how much memory it takes, with restart and log. What ended it is told once it is back, or gave up. */
import * as vscode from 'vscode';
import { languages, type Server, type ServerState } from './server';

const { Error, Information, Warning } = vscode.LanguageStatusSeverity;
const severities: Readonly<Record<ServerState, vscode.LanguageStatusSeverity>> = { starting: Information, running: Information, waiting: Warning, failed: Error };
const restart = { command: 'calypso.restartServer', title: 'Restart' };
const showLog = { command: 'calypso.showLog', title: 'Show Log' };

// Nothing tells when the item is looked at: while a document of ours is in front its figures are no older than this.
const interval = 15_000;

export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('calypso.server', languages.map((language) => ({ language })));
  item.name = 'Calypso';
  const texts: Readonly<Record<ServerState, string>> = { starting: 'Calypso starts', running: 'Calypso', waiting: 'Calypso ended and starts again', failed: "Calypso isn't running" };
  const update = (state: ServerState): void => {
    item.busy = state === 'starting' || state === 'waiting';
    item.severity = severities[state];
    item.text = `${texts[state]}${state === 'running' ? ` ${server.version}` : ''}`;
    item.detail = state === 'running' ? '' : server.reason;
    item.command = state === 'failed' ? restart : showLog;
    void vscode.commands.executeCommand('setContext', 'calypso.server', state);
    if (state === 'failed') {
      void tell(vscode.window.showErrorMessage(`The Calypso server isn't running: ${server.reason}.`, restart, showLog));
    } else if (state === 'running') {
      measure();
      if (server.reason !== '') {
        void tell(vscode.window.showWarningMessage(`The Calypso server was started again: ${server.reason}. Queries that ran were stopped; run them again.`, showLog));
      }
    }
  };
  const measure = (): void => {
    const editor = vscode.window.activeTextEditor;
    if (server.state === 'running' && vscode.window.state.focused && editor !== undefined && languages.includes(editor.document.languageId)) {
      server.request('kusto/server/status', undefined).then(({ text }) => (item.detail = text), (error: unknown) => server.log.debug(String(error)));
    }
  };
  const timer = setInterval(measure, interval);
  update(server.state);
  return vscode.Disposable.from(item, server.onState(update), vscode.window.onDidChangeActiveTextEditor(measure), { dispose: () => clearInterval(timer) });
}

async function tell(message: Thenable<{ title: string; command: string } | undefined>): Promise<void> {
  const choice = await message;
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice.command);
  }
}
