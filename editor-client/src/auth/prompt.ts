/** Prompts of sign-in: a code to copy, or a page to finish. One at a time; the server says when it is over. */
import * as vscode from 'vscode';
import type { AuthPrompt, AuthPromptResult } from '../../generated/protocol';
import { countdown, opensSafely, promptTitle } from './words';

type Choice = vscode.QuickPickItem & { act: () => unknown };

const open = (prompt: AuthPrompt): Thenable<boolean> => vscode.env.openExternal(vscode.Uri.parse(prompt.url, true));

export class Prompts implements vscode.Disposable {
  private prompt: AuthPrompt | undefined;
  private list: vscode.QuickPick<Choice> | undefined; // of a code
  private finished: (() => void) | undefined; // of a page
  private hidden = false;
  private readonly timer = setInterval(() => this.tick(), 1000);

  constructor(
    private readonly changed: () => void,
    private readonly cancel: (id: string) => void,
    /** Asks for another way; true when the prompt still waits. */
    private readonly otherWay: (id: string) => Promise<boolean>,
  ) {}

  dispose(): void {
    clearInterval(this.timer);
    this.end();
  }

  /** Takes away what is shown: the one with an id, or whatever it is. */
  end(id = this.prompt?.id): void {
    if (this.prompt !== undefined && this.prompt.id === id) {
      this.prompt = undefined;
      this.close();
      this.finished?.();
      this.hide(false);
    }
  }

  /** What the status bar says of a code that is out of sight. */
  get waiting(): string | undefined {
    return this.hidden && this.prompt !== undefined ? `Code ${this.prompt.userCode ?? ''} ${countdown(this.prompt.expiresAt, Date.now())}`.trimEnd() : undefined;
  }

  /** Puts a prompt on the screen. */
  async show(prompt: AuthPrompt): Promise<AuthPromptResult> {
    this.end();
    if (!opensSafely(prompt.url)) {
      return { accepted: false };
    }
    if (prompt.kind === 'browser') {
      return { accepted: await this.page(prompt) };
    }
    this.code(prompt);
    return { accepted: true };
  }

  /** Shows a prompt again that is out of sight. */
  again(): void {
    if (this.prompt?.kind === 'browser') {
      void open(this.prompt);
    } else if (this.prompt !== undefined && this.hidden) {
      this.code(this.prompt); // a list that was hidden would come back without its entries
    }
  }

  private tick(): void {
    if (this.list !== undefined && this.prompt !== undefined) {
      this.list.title = promptTitle(this.prompt, Date.now());
    }
    if (this.hidden) {
      this.changed();
    }
  }

  private hide(hidden: boolean): void {
    this.hidden = hidden;
    this.changed();
  }

  private close(): void {
    const list = this.list;
    this.list = undefined;
    list?.dispose();
  }

  private code(prompt: AuthPrompt): void {
    this.close();
    const list = this.choices(prompt);
    this.prompt = prompt;
    this.list = list;
    list.onDidHide(() => this.list === list && this.hide(true));
    this.hide(false);
    list.show();
  }

  private choices(prompt: AuthPrompt): vscode.QuickPick<Choice> {
    const list = vscode.window.createQuickPick<Choice>();
    const code = prompt.userCode ?? '';
    const copy = async (then: string): Promise<void> => {
      await vscode.env.clipboard.writeText(code);
      list.placeholder = `${then} ${prompt.url}`;
    };
    list.title = promptTitle(prompt, Date.now());
    list.placeholder = `Enter the code ${code} at ${prompt.url}`;
    list.ignoreFocusOut = true;
    list.items = [
      {
        label: '$(link-external) Copy code and open browser',
        description: prompt.url,
        act: async () => {
          await copy(`Waiting for you to enter the code ${code} at`);
          await open(prompt);
          list.busy = true;
        },
      },
      { label: '$(copy) Copy code', description: code, act: () => copy('The code is copied: enter it at') },
      { label: '$(arrow-swap) Use another way', act: async () => (await this.otherWay(prompt.id)) && this.again() },
      { label: '$(close) Cancel', act: () => this.cancel(prompt.id) },
    ];
    list.onDidAccept(() => void list.selectedItems[0]?.act());
    return list;
  }

  private async page(prompt: AuthPrompt): Promise<boolean> {
    if (!(await open(prompt))) {
      return false;
    }
    this.prompt = prompt;
    const title = `Sign in${prompt.reason === undefined ? '' : ` ${prompt.reason}`}: finish in your browser`;
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, cancellable: true, title }, (_, token) => {
      token.onCancellationRequested(() => this.cancel(prompt.id));
      return new Promise<void>((resolve) => {
        this.finished = () => {
          this.finished = undefined;
          resolve();
        };
      });
    });
    return true;
  }
}
