// Programs that the tests talk to: each says in a line of what it prints where it listens.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a program; line is what it prints that this pattern finds. */
export function start(command, args, pattern = /.+/) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (text) => pattern.test(text) && resolve(pattern.exec(text)[0]));
  });
  return { line, stop: () => child.kill('SIGINT') };
}

/** A Kusto on this machine: the program itself, with these arguments of `calypso serve`. */
export const startCluster = (...more) => start(process.env.CALYPSO_BINARY, ['serve', '--listen', '127.0.0.1:0', ...more], /http:\/\/127\.0\.0\.1:\d+/);
