/** Prompts of sign-in: a code to copy, or a page to finish. One at a time; the server says when it is over. */
import * as vscode from 'vscode';
import type { AuthPrompt, AuthPromptClosed, AuthPromptResult } from '../protocol.gen';
import { countdown, opensSafely, promptTitle } from './words';

interface Shown {
  readonly prompt: AuthPrompt;
  readonly end: () => void;
  readonly again: () => void;
}

/** Whether a page can answer: it does so to a port of the machine that the server is on. */
export function browserIsHere(): boolean {
  return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
}

interface Choice extends vscode.QuickPickItem {
  readonly act: () => unknown;
}

export class Prompts implements vscode.Disposable {
  private shown: Shown | undefined;
  private hidden = false;
  private readonly changed = new vscode.EventEmitter<void>();
  /** What waits, or how long it still does, changed. */
  readonly onChange = this.changed.event;

  constructor(
    private readonly cancel: (id: string) => void,
    private readonly otherWay: (id: string, again: () => void) => void,
  ) {}

  dispose(): void {
    this.end();
    this.changed.dispose();
  }

  /** Takes away what is shown: whoever asked is gone. */
  end(): void {
    this.shown?.end();
  }

  /** What the status bar says of a prompt that is out of sight. */
  get waiting(): string | undefined {
    if (this.shown === undefined || !this.hidden) {
      return undefined;
    }
    const left = countdown(this.shown.prompt.expiresAt, Date.now());
    return `Code ${this.shown.prompt.userCode ?? ''}${left === '' ? '' : ` ${left}`}`;
  }

  /** Puts a prompt on the screen. */
  async show(prompt: AuthPrompt): Promise<AuthPromptResult> {
    this.shown?.end();
    if (!opensSafely(prompt.url)) {
      return { accepted: false };
    }
    if (prompt.kind === 'browser') {
      return this.browser(prompt);
    }
    this.device(prompt);
    return { accepted: true };
  }

  /** Takes it away. */
  close(closed: AuthPromptClosed): void {
    if (this.shown?.prompt.id === closed.id) {
      this.shown.end();
    }
  }

  /** Shows a hidden prompt again. */
  again(): void {
    this.shown?.again();
  }

  private device(prompt: AuthPrompt): void {
    let list = this.list(prompt);
    const hide = (hidden: boolean): void => {
      this.hidden = hidden;
      this.changed.fire();
    };
    const timer = setInterval(() => {
      list.title = promptTitle(prompt, Date.now());
      if (this.hidden) {
        this.changed.fire();
      }
    }, 1000);
    const show = (): void => {
      list.onDidHide(() => this.shown?.prompt === prompt && hide(true));
      hide(false);
      list.show();
    };
    this.shown = {
      prompt,
      end: () => {
        clearInterval(timer);
        this.shown = undefined;
        hide(false);
        list.dispose();
      },
      again: () => {
        if (this.hidden) {
          // A list that was hidden comes back without its entries.
          list.dispose();
          list = this.list(prompt);
          show();
        }
      },
    };
    show();
  }

  private list(prompt: AuthPrompt): vscode.QuickPick<Choice> {
    const list = vscode.window.createQuickPick<Choice>();
    const code = prompt.userCode ?? '';
    const copy = (): Thenable<void> => vscode.env.clipboard.writeText(code);
    list.title = promptTitle(prompt, Date.now());
    list.placeholder = `Enter the code ${code} at ${prompt.url}`;
    list.ignoreFocusOut = true;
    list.items = [
      {
        label: '$(link-external) Copy code and open browser',
        description: prompt.url,
        act: async () => {
          await copy();
          await vscode.env.openExternal(vscode.Uri.parse(prompt.url, true));
          list.busy = true;
          list.placeholder = `Waiting for you to enter the code ${code} at ${prompt.url}`;
        },
      },
      {
        label: '$(copy) Copy code',
        description: code,
        act: async () => {
          await copy();
          list.placeholder = `The code is copied: enter it at ${prompt.url}`;
        },
      },
      { label: '$(arrow-swap) Use another way', act: () => this.otherWay(prompt.id, () => this.again()) },
      { label: '$(close) Cancel', act: () => this.cancel(prompt.id) },
    ];
    list.onDidAccept(() => void list.selectedItems[0]?.act());
    return list;
  }

  private async browser(prompt: AuthPrompt): Promise<AuthPromptResult> {
    if (!browserIsHere()) {
      return { accepted: false, noBrowser: true };
    }
    if (!(await vscode.env.openExternal(vscode.Uri.parse(prompt.url, true)))) {
      return { accepted: false };
    }
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Sign in${prompt.reason === undefined ? '' : ` ${prompt.reason}`}: finish in your browser` },
      (_, token) =>
        new Promise<void>((resolve) => {
          token.onCancellationRequested(() => this.cancel(prompt.id));
          this.shown = {
            prompt,
            end: () => {
              this.shown = undefined;
              resolve();
            },
            again: () => void vscode.env.openExternal(vscode.Uri.parse(prompt.url, true)),
          };
        }),
    );
    return { accepted: true };
  }
}
