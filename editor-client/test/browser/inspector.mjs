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
    start: () => evaluate(`globalThis.calypsoLoop = (${watchLoop})(); 0`),
    /** How long the loop was held up, see watchLoop. */
    stop: async () => {
      const told = await evaluate('calypsoLoop()');
      await page.context().close();
      return told;
    },
  };
}

/**
 * Runs inside the host: looks every millisecond at how long the loop was away. `longest` is the longest by the clock, with what of it the
 * thread computed and what it stood in line for a processor (the kernel counts that); `heldMs` is the most that it computed in any: a thread
 * that isn't on a processor holds nobody up but itself, and on a busy machine it often isn't. It takes no profile: that holds the loop up too.
 */
function watchLoop() {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const mark = () => {
    let waited = NaN; // a kernel that doesn't count
    try {
      waited = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
    } catch {
      // all of it is unexplained
    }
    const { user, system } = process.threadCpuUsage();
    return { at: Number(process.hrtime.bigint() / 1000n) / 1000, cpu: (user + system) / 1000, waited };
  };
  let [held, longest, from] = [0, { ms: 0, computedMs: 0, inLineMs: 0 }, mark()];
  const timer = setInterval(() => {
    const to = mark();
    const ms = to.at - from.at - 1;
    held = Math.max(held, to.cpu - from.cpu);
    longest = ms > longest.ms ? { ms, computedMs: to.cpu - from.cpu, inLineMs: to.waited - from.waited } : longest;
    from = to;
  }, 1);
  return () => {
    clearInterval(timer);
    return { heldMs: Math.round(held), longest: Object.fromEntries(Object.entries(longest).map(([name, value]) => [name, Math.round(value)])) };
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
