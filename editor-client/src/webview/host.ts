/** The line to the extension: messages out, messages in, calls with answers. */
import type { FailureInfo, Requests } from '../../generated/protocol';
import type { Answered, CallMessage, FromWebview, ToWebview } from '../results/messages';

/** How VS Code joins a page to its extension: a view's, or those of what draws in notebooks, which hears by a listener of its own. */
export interface Line {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
  onDidReceiveMessage?(hear: (message: unknown) => void): unknown;
}

declare function acquireVsCodeApi(): Line;

/** A call that the server refused. */
export class Refusal extends Error {
  constructor(readonly failure: FailureInfo) {
    super(failure.message);
  }
}

/** Anything thrown, as the server would say it. */
export function failureOf(error: unknown): FailureInfo {
  return error instanceof Refusal ? error.failure : { message: error instanceof Error ? error.message : String(error), data: { kind: 'other' } };
}

/** Sent are the messages of this view, News those of the extension that answer nothing. */
export class Host<Sent extends { type: string }, News extends { type: string }> {
  private readonly pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Refusal) => void }>();
  private serial = 0;

  /** read gives a message of a known shape, or undefined. */
  constructor(read: (value: unknown) => News | Answered | undefined, onNews: (message: News) => void, private readonly line = acquireVsCodeApi()) {
    const hear = (value: unknown): void => {
      const message = read(value);
      if (message !== undefined && isAnswer(message)) {
        const pending = this.pending.get(message.id);
        this.pending.delete(message.id);
        if (message.type === 'answer') {
          pending?.resolve(message.result);
        } else {
          pending?.reject(new Refusal(message.error));
        }
      } else if (message !== undefined) {
        onNews(message);
      }
    };
    if (line.onDidReceiveMessage === undefined) {
      window.addEventListener('message', ({ data }) => hear(data));
    } else {
      line.onDidReceiveMessage(hear);
    }
  }

  send(message: Sent | CallMessage): void {
    this.line.postMessage(message);
  }

  /** Asks the server. */
  call<M extends keyof Requests>(method: M, params: Requests[M]['params']): Promise<Requests[M]['result']> {
    const id = ++this.serial;
    return new Promise((resolve, reject) => {
      // The extension passes on what the server says; its shape is the method's.
      this.pending.set(id, { resolve: (result) => resolve(result as Requests[M]['result']), reject });
      this.send({ type: 'call', id, call: { method, params: params ?? {} } });
    });
  }

  /** What was saved before the view was reloaded. */
  get saved(): unknown {
    return this.line.getState();
  }

  save(state: unknown): void {
    this.line.setState(state);
  }
}

function isAnswer(message: { type: string }): message is Answered {
  return message.type === 'answer' || message.type === 'refused';
}

/** The Results view's own. */
export type ResultsHost = Host<FromWebview, Exclude<ToWebview, Answered>>;
