// Watches the event loop of the editor's extension host from outside: Node's own inspector, opened by a signal.
import { readdirSync, readFileSync } from 'node:fs';

const port = 9229;

export async function inspect(editor) {
  const found = readdirSync('/proc').find((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('--type=extensionHost') && readFileSync(`/proc/${id}/environ`, 'utf8').includes(editor.folder);
    } catch {
      return false;
    }
  });
  if (found === undefined) {
    throw new Error('there is no extension host');
  }
  process.kill(Number(found), 'SIGUSR1');
  const address = await webSocket();
  // A page of its own speaks with it: this Node has no WebSocket.
  const page = await (await editor.browser.newContext()).newPage();
  const evaluate = (expression) =>
    page.evaluate(
      ([address, expression]) =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(address);
          socket.onerror = socket.onclose = () => reject(new Error('the inspector refuses'));
          socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
          socket.onmessage = ({ data }) => {
            const { result } = JSON.parse(data);
            resolve(result?.result?.value);
            socket.close();
          };
        }),
      [address, expression],
    );
  if ((await evaluate('process.pid')) !== Number(found)) {
    throw new Error(`port ${port} is another program's`);
  }
  return {
    start: () => evaluate("globalThis.calypsoDelay = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 }); calypsoDelay.enable(); 0"),
    /** The longest time that the loop was held up, in milliseconds. */
    stop: async () => {
      const longest = await evaluate('calypsoDelay.disable(); calypsoDelay.max / 1e6');
      await page.context().close();
      return longest;
    },
  };
}

async function webSocket() {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
    try {
      const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
      return webSocketDebuggerUrl;
    } catch {
      // It opens a moment after the signal.
    }
  }
  throw new Error('the extension host opened no inspector');
}
