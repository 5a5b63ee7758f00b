/**
 * The language server as the rest of the extension sees it: a state, typed calls, notifications. It owns the language
 * client and starts the program again when it ends (see restart.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, type LanguageClientOptions, type Location, type Position, type Range } from 'vscode-languageclient/node';
import { PROTOCOL_VERSION, UI_VERSION, type Requests, type ServerNotifications, type ServerRequests } from '../../generated/protocol';
import { Notices } from '../ui/progress';
import { BinaryError, findBinary, type Binary } from './binary';
import { parseLine } from './log';
import { thisMachine } from './machine';
import { RestartPolicy } from './restart';
import { quiet } from './trace';

export type ServerState = 'starting' | 'running' | 'waiting' | 'failed';

export const languages = ['kql', 'kusto'];

/** Keeps the library's own message boxes away: the status item and the Results panel say what a person needs to know. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  private readonly heard = new Map<string, vscode.EventEmitter<never>>();
  private readonly policy = new RestartPolicy(Date.now);
  private readonly notices = new Notices((token) => void this.client.sendNotification('window/workDoneProgress/cancel', { token }));
  private readonly client: LanguageClient;
  private readonly trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    void this.request('kusto/trusted', undefined).catch((error: unknown) => this.log.debug(String(error)));
    this.refreshLenses();
  });
  private current: ServerState = 'starting';
  private timer: NodeJS.Timeout | undefined;
  private lenses: NodeJS.Timeout | undefined;
  private binary: Binary | undefined;
  private child: ChildProcess | undefined;
  // How the program ended, once it has.
  private exited: Promise<string> = new Promise(() => undefined);
  private lastWords = '';
  private starts = 0;
  // The start whose program ended; what its client rejects with afterwards is no news.
  private endedStart = 0;
  private disposed = false;

  readonly onState = this.stateChanged.event;
  /** Version of the program that runs, "" before the first start. */
  version = '';
  /** Why the state is waiting or failed, or why the server had to be started again; "" when nothing happened. */
  reason = '';

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.client = new QuietClient('calypso', 'Calypso', () => this.spawn(), this.options());
    this.client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = {
          ...(capabilities.experimental as object | undefined),
          kusto: { version: PROTOCOL_VERSION, untrusted: !vscode.workspace.isTrusted, window: this.windowName() },
          ui: { version: UI_VERSION },
          agent: { approve: true },
          // A page answers to a port of the machine that the server is on.
          auth: { prompt: true, vscodeAccount: true, storageKey: true, browser: vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop },
        };
      },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
  }

  get state(): ServerState {
    return this.current;
  }

  /** Starts the program. A failure ends in the state failed, not in a rejected promise. */
  async start(): Promise<void> {
    const start = ++this.starts;
    this.enter('starting');
    try {
      this.binary = await this.find();
      this.version = this.binary.version;
      await this.client.start();
      this.policy.started();
      this.enter('running');
      this.reason = '';
    } catch (error) {
      const ended = error instanceof BinaryError ? undefined : await this.programEnded(); // the one before ended too
      if (start !== this.starts || start === this.endedStart) {
        return;
      }
      if (ended !== undefined) {
        await this.ended();
      } else {
        this.fail(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Starts the program again because a person asked for it. */
  async restart(): Promise<void> {
    this.policy.reset();
    this.reason = '';
    clearTimeout(this.timer);
    this.endedStart = ++this.starts; // The end of this one is no news.
    this.enter('starting'); // What is asked for from here on waits for the next one.
    const stopped = this.client.isRunning() && (await this.client.stop().then(() => true, () => false));
    if (!stopped) {
      this.child?.kill('SIGKILL'); // It hangs, or did so as it started.
    }
    if (this.child !== undefined) {
      await this.programEnded(3000); // The news of its end would be taken for that of the next one.
    }
    await this.start();
  }

  /** Calls a method of ours. Waits for a server that is starting; rejects when there is none. */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]['result']> {
    await this.running();
    // An argument too many, even undefined, and the library sends the params as a list.
    const given: unknown[] = [params, token].filter((argument) => argument !== undefined);
    return this.client.sendRequest<Requests[M]['result']>(method, ...(given as [unknown?]));
  }

  /** Listens to a notification of ours, over restarts. The library knows one listener for each. */
  on<M extends keyof ServerNotifications>(method: M, handler: (params: ServerNotifications[M]) => unknown): vscode.Disposable {
    const known = this.heard.get(method) as vscode.EventEmitter<ServerNotifications[M]> | undefined;
    const news = known ?? new vscode.EventEmitter<ServerNotifications[M]>();
    if (known === undefined) {
      this.heard.set(method, news as vscode.EventEmitter<never>);
      this.client.onNotification(method, (params: ServerNotifications[M]) => news.fire(params));
    }
    return news.event(handler);
  }

  /** Answers a request of the server's, over restarts. */
  handle<M extends keyof ServerRequests>(
    method: M,
    handler: (params: ServerRequests[M]['params'], token: vscode.CancellationToken) => Promise<ServerRequests[M]['result']>,
  ): vscode.Disposable {
    return this.client.onRequest(method, handler);
  }

  /** The program that runs, "" before it was found. */
  get program(): string {
    return this.binary?.file ?? '';
  }

  /** What VS Code knows, as the server knows it; and back. */
  readonly uri = (document: vscode.TextDocument): string => this.fromUri(document.uri);
  readonly fromUri = (uri: vscode.Uri): string => this.client.code2ProtocolConverter.asUri(uri);
  readonly fromRange = (range: vscode.Range): Range => this.client.code2ProtocolConverter.asRange(range);
  readonly toUri = (uri: string): vscode.Uri => this.client.protocol2CodeConverter.asUri(uri);
  readonly toPosition = (position: Position): vscode.Position => this.client.protocol2CodeConverter.asPosition(position);
  readonly toLocation = (location: Location): vscode.Location => this.client.protocol2CodeConverter.asLocation(location);

  dispose(): void {
    this.disposed = true;
    this.trust.dispose();
    clearTimeout(this.timer);
    clearTimeout(this.lenses);
    this.stateChanged.dispose();
    void this.client.dispose().catch((error: unknown) => this.log.debug(String(error)));
  }

  /** Has VS Code ask for lenses; and once more a moment later, as it drops what it was about to ask when the focus leaves the editor. */
  refreshLenses(again = true): void {
    for (const document of vscode.workspace.textDocuments) {
      this.client.getFeature('textDocument/codeLens').getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
    if (again) {
      clearTimeout(this.lenses);
      this.lenses = setTimeout(() => this.refreshLenses(false), 1000);
    }
  }

  private async running(): Promise<void> {
    while (this.current !== 'running') {
      if (this.current === 'failed') {
        throw new Error(`the Calypso server isn't running (${this.reason}): run "Calypso: Restart Server"`);
      }
      await new Promise<void>((resolve) => {
        const listener = this.onState(() => {
          listener.dispose();
          resolve();
        });
      });
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [...languages, 'kqltest'].map((language) => ({ language })),
      outputChannel: this.log,
      traceOutputChannel: quietly(this.log),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // The default hands every stderr line on as an error; ours keeps the level. stdout belongs to the protocol.
      stdioOptions: { stdout: () => undefined, stderr: (input) => this.readLog(input) },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: async () => {
          await this.ended();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      markdown: { isTrusted: false, supportHtml: false },
      // What a lens does needs a trusted window.
      middleware: {
        provideCodeLenses: async (document, token, next) => (vscode.workspace.isTrusted ? next(document, token) : []),
        handleWorkDoneProgress: this.notices.handle,
      },
    };
  }

  /** The same over a reload and a restart: the state that it stands in belongs to the window. */
  private windowName(): string {
    const name = this.context.workspaceState.get('calypso.window', randomUUID());
    void this.context.workspaceState.update('calypso.window', name);
    return name;
  }

  private find(): Promise<Binary> {
    const setting = vscode.workspace.isTrusted ? vscode.workspace.getConfiguration('calypso').get('server.path', '') : '';
    return findBinary({ setting, extensionPath: this.context.extensionPath, protocol: PROTOCOL_VERSION }, thisMachine);
  }

  /** How the program ended, if it did or does so while its last write still fails. */
  private async programEnded(patience = 500): Promise<string | undefined> {
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience));
    return Promise.race([this.exited, late]);
  }

  private spawn(): Promise<ChildProcess> {
    const binary = this.binary;
    if (binary === undefined) {
      return Promise.reject(new Error('the program was not looked for yet'));
    }
    this.log.info(`starting ${binary.file} lsp (version ${binary.version}, from ${binary.from})`);
    const child = spawn(binary.file, ['lsp'], { stdio: 'pipe', windowsHide: true });
    this.child = child;
    this.lastWords = '';
    // Closed, not only ended: what it said last has been read then.
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(`${signal ?? `exit code ${code}`}${this.lastWords}`));
    });
    return new Promise((resolve, reject) => child.once('spawn', () => resolve(child)).once('error', reject));
  }

  private readLog(input: Readable): void {
    createInterface({ input, crlfDelay: Infinity }).on('line', (raw) => {
      const line = parseLine(raw);
      if (/^(panic|fatal error): /.test(raw)) {
        this.lastWords = `, ${raw.slice(0, 200)}`;
      }
      this.log[line.level](line.text);
    });
  }

  /** The connection closed by itself: decides on the next start. */
  private async ended(): Promise<void> {
    const start = this.starts;
    // Somebody may start it in the meantime.
    const overtaken = (): boolean => this.disposed || this.starts !== start;
    if (overtaken() || this.endedStart === start) {
      return;
    }
    this.endedStart = start;
    this.reason = 'it ended';
    this.enter('waiting');
    const why = (await this.programEnded()) ?? 'a closed connection';
    this.log.info(`the server ended with ${why}`);
    const wait = this.policy.ended();
    if (overtaken()) {
      return;
    }
    if (wait === undefined) {
      this.fail(`it ended five times in a row, the last time with ${why}`);
      return;
    }
    this.reason = `it ended with ${why}`;
    this.enter('waiting');
    this.timer = setTimeout(() => void this.start(), wait);
  }

  private fail(reason: string): void {
    this.reason = reason;
    this.log.error(reason);
    this.enter('failed');
  }

  private enter(state: ServerState): void {
    this.current = state;
    if (state !== 'running') {
      this.notices.end();
    }
    if (!this.disposed) {
      this.stateChanged.fire(state);
    }
  }
}

/** The log channel for what trace.server asks for: without what sign-in sends. */
function quietly(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const trace = (message: string): void => log.trace(quiet(message));
  return Object.create(log, { trace: { value: trace } }) as vscode.LogOutputChannel;
}
