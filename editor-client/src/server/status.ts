/** The language status item: how the server is, how much memory it takes, with restart and log. What ended it is told once it is back, or gave up; so is that it hangs. */
import * as vscode from 'vscode';
import type { ServerStatus } from '../../generated/protocol';
import { languages, type Server } from './server';

const { Error, Information, Warning } = vscode.LanguageStatusSeverity;
const looks = {
  starting: { text: 'Calypso starts', severity: Information },
  running: { text: 'Calypso runs', severity: Information },
  waiting: { text: 'Calypso ended and starts again', severity: Warning },
  failed: { text: "Calypso isn't running", severity: Error },
  silent: { text: "Calypso doesn't answer", severity: Error },
} as const;
const restart = { command: 'calypso.restartServer', title: 'Restart' };
const showLog = { command: 'calypso.showLog', title: 'Show Log' };

// Nothing tells when the item is looked at: while a document of ours is in front its figures are no older than this.
const interval = 15_000;
// A server that has said nothing for so long hangs: it answers this question in a millisecond, whatever else it does. Waited for in
// steps: after a machine slept, or this process was held up, an answer is read before the next.
const patience = { milliseconds: 7000, steps: 4 };

export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('calypso.server', languages.map((language) => ({ language })));
  item.name = 'Calypso';
  let late: NodeJS.Timeout | undefined;
  const show = (state: keyof typeof looks, detail: string): void => {
    item.busy = state === 'starting' || state === 'waiting';
    item.severity = looks[state].severity;
    item.text = looks[state].text;
    item.detail = detail;
    item.command = state === 'failed' || state === 'silent' ? restart : showLog;
  };
  const expect = (steps = patience.steps): void => {
    late = setTimeout(() => {
      if (steps > 1) {
        expect(steps - 1);
        return;
      }
      show('silent', 'Restart it, or wait.');
      void tell(vscode.window.showWarningMessage("The Calypso server doesn't answer. Restart it, or wait; a restart stops what runs.", restart, showLog));
    }, patience.milliseconds);
  };
  const heard = (): void => {
    clearTimeout(late);
    late = undefined;
  };
  const measure = (): void => {
    const editor = vscode.window.activeTextEditor;
    if (late === undefined && server.state === 'running' && vscode.window.state.focused && editor !== undefined && languages.includes(editor.document.languageId)) {
      expect();
      const answered = ({ text }: ServerStatus): void => {
        heard();
        show('running', `${server.version}, ${text}`);
      };
      server.request('kusto/server/status', undefined).then(answered, (error: unknown) => server.log.debug(String(error)));
    }
  };
  const update = (): void => {
    const { state, reason } = server;
    heard();
    show(state, state === 'running' ? server.version : reason);
    void vscode.commands.executeCommand('setContext', 'calypso.server', state);
    if (state === 'starting') {
      expect();
    } else if (state === 'failed') {
      void tell(vscode.window.showErrorMessage(`The Calypso server isn't running: ${reason}.`, restart, showLog));
    } else if (state === 'running') {
      measure();
      if (reason !== '') {
        void tell(vscode.window.showWarningMessage(`The Calypso server was started again: ${reason}. Queries that ran were stopped; run them again.`, showLog));
      }
    }
  };
  const timer = setInterval(measure, interval);
  update();
  const stop = new vscode.Disposable(() => {
    clearInterval(timer);
    heard();
  });
  return vscode.Disposable.from(item, stop, server.onState(update), vscode.window.onDidChangeActiveTextEditor(measure));
}

async function tell(message: Thenable<{ title: string; command: string } | undefined>): Promise<void> {
  const choice = await message;
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice.command);
  }
}
