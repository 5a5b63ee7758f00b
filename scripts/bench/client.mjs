// A language client that only counts: it starts the server as an editor does, speaks LSP over its pipes, and says what the
// process costs.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export class Client {
  #child;
  #next = 1;
  #waiting = new Map();
  #rest = Buffer.alloc(0);
  #said = '';

  constructor(program, args, env) {
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (chunk) => this.#read(chunk));
    this.#child.stderr.on('data', (chunk) => (this.#said = (this.#said + chunk).slice(-4000)));
    this.#child.stdin.on('error', () => {}); // it ended: `exit` tells
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) {
        reject(Object.assign(new Error(`the server ended with ${signal ?? `code ${code}`}`), { output: this.#said }));
      }
    });
  }

  request(method, params) {
    const id = this.#next++;
    const answered = new Promise((resolve, reject) => this.#waiting.set(id, { method, resolve, reject }));
    this.#send({ id, method, params });
    return answered;
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  /** What /proc says of its memory, in MB: now, and at its peak. Undefined where there is no /proc. */
  memory() {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const megabytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
      return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
    } catch {
      return undefined;
    }
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    await this.request('shutdown', undefined);
    this.notify('exit', undefined);
    await ended;
  }

  #send(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) {
        return;
      }
      const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.subarray(0, end).toString())[1]);
      if (this.#rest.length < end + 4 + length) {
        return;
      }
      const message = JSON.parse(this.#rest.subarray(end + 4, end + 4 + length).toString());
      this.#rest = this.#rest.subarray(end + 4 + length);
      this.#take(message);
    }
  }

  #take(message) {
    if (message.method !== undefined) {
      if (message.id !== undefined) {
        const none = message.method === 'workspace/configuration' ? message.params.items.map(() => null) : null;
        this.#send({ id: message.id, result: none });
      }
      return;
    }
    const { method, resolve, reject } = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) {
      resolve(message.result);
    } else {
      reject(new Error(`${method}: ${message.error.message}`));
    }
  }
}

/** What VS Code declares, as far as it changes what the server does. */
export const capabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: { configuration: true, diagnostics: { refreshSupport: true }, semanticTokens: { refreshSupport: true } },
  textDocument: {
    completion: {
      completionItem: { snippetSupport: true, commitCharactersSupport: true, labelDetailsSupport: true, documentationFormat: ['markdown'] },
    },
    hover: { contentFormat: ['markdown'] },
    diagnostic: { relatedDocumentSupport: false },
    semanticTokens: { requests: { full: { delta: true } } },
  },
};
