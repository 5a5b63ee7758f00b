/**
 * The language server as the rest of the extension sees it: a state, typed calls, notifications. It owns the language
 * client and starts the program again when it ends (see restart.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, type LanguageClientOptions, type Location, type Position } from 'vscode-languageclient/node';
import { PROTOCOL_VERSION, type Requests, type ServerNotifications, type ServerRequests } from '../protocol.gen';
import { findBinary, type Binary } from './binary';
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
  private readonly policy = new RestartPolicy(Date.now);
  private readonly client: LanguageClient;
  private readonly trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.refreshLenses());
  private current: ServerState = 'starting';
  private timer: NodeJS.Timeout | undefined;
  private binary: Binary | undefined;
  private exited: Promise<boolean> = new Promise(() => undefined);
  private starts = 0;
  // The start whose program ended; what its client rejects with afterwards is no news.
  private endedStart = 0;
  private disposed = false;

  readonly onState = this.stateChanged.event;
  /** Version of the program that runs, "" before the first start. */
  version = '';
  /** Why the state is waiting or failed. */
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
          kusto: { version: PROTOCOL_VERSION },
          agent: { approve: true },
          auth: { prompt: true, vscodeAccount: true, storageKey: true },
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
    } catch (error) {
      const ended = await this.programEnded();
      if (start !== this.starts || start === this.endedStart) {
        return;
      }
      if (ended) {
        this.ended();
      } else {
        this.fail(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Starts the program again because a person asked for it. */
  async restart(): Promise<void> {
    this.policy.reset();
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.client.isRunning()) {
      await this.client.stop();
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

  /** Listens to a notification of ours, over restarts. */
  on<M extends keyof ServerNotifications>(method: M, handler: (params: ServerNotifications[M]) => void): vscode.Disposable {
    return this.client.onNotification(method, handler);
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

  /** The URI of a document as the server knows it. */
  uri(document: vscode.TextDocument): string {
    return this.client.code2ProtocolConverter.asUri(document.uri);
  }

  /** The other way: a URI that the server wrote. */
  toUri(uri: string): vscode.Uri {
    return this.client.protocol2CodeConverter.asUri(uri);
  }

  /** A position that the server wrote. */
  toPosition(position: Position): vscode.Position {
    return this.client.protocol2CodeConverter.asPosition(position);
  }

  /** A location that the server wrote. */
  toLocation(location: Location): vscode.Location {
    return this.client.protocol2CodeConverter.asLocation(location);
  }

  dispose(): void {
    this.disposed = true;
    this.trust.dispose();
    clearTimeout(this.timer);
    this.stateChanged.dispose();
    void this.client.dispose().catch((error: unknown) => this.log.debug(String(error)));
  }

  private refreshLenses(): void {
    for (const document of vscode.workspace.textDocuments) {
      this.client.getFeature('textDocument/codeLens').getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  private running(): Promise<void> {
    if (this.current === 'running') {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const settle = (state: ServerState): boolean => {
        if (state === 'running') {
          resolve();
        } else if (state === 'failed') {
          reject(new Error(`the Calypso server isn't running (${this.reason}): run "Calypso: Restart Server"`));
        }
        return state === 'running' || state === 'failed';
      };
      if (!settle(this.current)) {
        const listener = this.onState((state) => {
          if (settle(state)) {
            listener.dispose();
          }
        });
      }
    });
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
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true, message: this.ended() }),
      },
      markdown: { isTrusted: false, supportHtml: false },
      // What a lens does needs a trusted window.
      middleware: {
        provideCodeLenses: async (document, token, next) => (vscode.workspace.isTrusted ? next(document, token) : []),
      },
    };
  }

  private find(): Promise<Binary> {
    const setting = vscode.workspace.isTrusted ? vscode.workspace.getConfiguration('calypso').get('server.path', '') : '';
    return findBinary({ setting, extensionPath: this.context.extensionPath, protocol: PROTOCOL_VERSION }, thisMachine);
  }

  /** Whether the program ended, or does so while its last write still fails. */
  private async programEnded(): Promise<boolean> {
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, 500, false));
    return Promise.race([this.exited, late]);
  }

  private spawn(): Promise<ChildProcess> {
    const binary = this.binary;
    if (binary === undefined) {
      return Promise.reject(new Error('the program was not looked for yet'));
    }
    this.log.info(`starting ${binary.file} lsp (version ${binary.version}, from ${binary.from})`);
    const child = spawn(binary.file, ['lsp'], { stdio: 'pipe', windowsHide: true });
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.log.info(`the server ended with ${signal ?? `exit code ${code}`}`);
        resolve(true);
      });
    });
    return new Promise((resolve, reject) => child.once('spawn', () => resolve(child)).once('error', reject));
  }

  private readLog(input: Readable): void {
    createInterface({ input, crlfDelay: Infinity }).on('line', (raw) => {
      const line = parseLine(raw);
      this.log[line.level](line.text);
    });
  }

  /** The connection closed by itself: decide on the next start and say so in the log. */
  private ended(): string {
    if (this.disposed) {
      return 'the window closes';
    }
    if (this.endedStart === this.starts) {
      return 'the server ended';
    }
    this.endedStart = this.starts;
    const wait = this.policy.ended();
    if (wait === undefined) {
      this.fail('it ended five times in a row');
      return 'the server ended too often and stays down';
    }
    this.reason = wait === 0 ? 'it ended' : `it ended; next try in ${wait / 1000} s`;
    this.enter('waiting');
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.start();
    }, wait);
    return `the server ended; it starts again in ${wait / 1000} s`;
  }

  private fail(reason: string): void {
    this.reason = reason;
    this.log.error(reason);
    this.enter('failed');
  }

  private enter(state: ServerState): void {
    this.current = state;
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
