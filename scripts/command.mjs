// Starts other programs. Output either goes straight through, or is kept and shown only when the program fails.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** A program that ended badly. `output` is what it wrote, as far as it was kept. */
export class CommandError extends Error {
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/**
 * Runs a program to its end and returns its stdout. Options: cwd, env (added to ours), show (output goes through), input, minutes that
 * it may take: what hangs ends, a slow machine is no fault.
 */
export function run(command, args, { cwd, env = {}, show = false, input, minutes = 60 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let late = false;
    let timer = setTimeout(() => {
      late = true;
      child.kill('SIGTERM');
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        child.stdout?.destroy(); // or we wait for what it started
        child.stderr?.destroy();
      }, 10_000);
    }, minutes * 60_000);
    let stdout = '';
    let output = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.stdin?.end(input);
    const words = [path.basename(command), ...args].join(' ');
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new CommandError(`${words}: ${error.message}`, output));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (late) {
        reject(new CommandError(`${words}: it didn't end within ${minutes} minutes`, output));
      } else if (code === 0) {
        resolve(stdout);
      } else {
        reject(new CommandError(`${words}: ${signal ? `ended by ${signal}` : `exit code ${code}`}`, output));
      }
    });
  });
}

/** The full path of a program on the PATH, or undefined. */
export function which(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Ours without what `npm run` adds: an npm started from an npm script must take its own folder for the project. */
export function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle)_|^npm_config_(local_prefix|workspace|workspaces|prefix)$|^INIT_CWD$/.test(name),
    ),
  );
}
