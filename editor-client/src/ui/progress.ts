/** What the server has under way and a person waits for: a notification, its Cancel one click away. All else the library shows in the status bar. */
import * as vscode from 'vscode';
import type { Middleware, ProgressToken } from 'vscode-languageclient/node';

/** What ends within so many milliseconds isn't shown. */
const quick = 300;

export class Notices {
  private readonly shown = new Map<ProgressToken, (value: { kind: string; message?: string }) => void>();

  constructor(private readonly cancel: (token: ProgressToken) => void) {}

  readonly handle: Required<Middleware>['handleWorkDoneProgress'] = (token, value, next) => {
    if (value.kind !== 'begin' || !('notification' in value)) {
      this.shown.get(token)?.(value);
      next(token, value);
      return;
    }
    let report: (now: { message?: string }) => void = () => undefined;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const timer = setTimeout(() => void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, cancellable: true, title: value.title }, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => this.cancel(token));
      report = (now) => progress.report(now);
      return ended;
    }), quick);
    this.shown.set(token, (now) => (now.kind === 'end' ? end() : report(now)));
    void ended.then(() => {
      clearTimeout(timer);
      this.shown.delete(token);
    });
  };

  /** The server ended, and with it what it had under way. */
  end(): void {
    this.shown.forEach((tell) => tell({ kind: 'end' }));
  }
}
