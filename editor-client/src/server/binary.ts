/**
 * Finds the calypso program: the setting, the one in the extension, the PATH, in this order. The first that is there is
 * judged; a broken one is an error rather than a reason to take the next, or people would run another program than they think.
 * The machine is handed in, so that every step can be tested without one.
 */
import * as path from 'node:path';

/** What the search needs from the machine. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The PATH, as the system writes it. */
  readonly pathVariable: string;
  kind(file: string): Promise<'file' | 'other' | 'missing'>;
  executable(file: string): Promise<boolean>;
  makeExecutable(file: string): Promise<void>;
  /** Runs `file version --json` and returns what it prints; rejects after the deadline or on a bad exit. */
  version(file: string, milliseconds: number): Promise<string>;
}

export interface Search {
  /** calypso.server.path, "" in a window that isn't trusted. */
  readonly setting: string;
  readonly extensionPath: string;
  readonly protocol: number;
}

export interface Binary {
  readonly file: string;
  readonly version: string;
  readonly from: 'setting' | 'extension' | 'path';
}

/** A search that found nothing usable; the message says what to do next. */
export class BinaryError extends Error {}

const versionDeadline = 5000;

export async function findBinary(search: Search, machine: Machine): Promise<Binary> {
  const name = machine.platform === 'win32' ? 'calypso.exe' : 'calypso';
  if (search.setting !== '') {
    return check(search.setting, 'setting', search, machine);
  }
  const bundled = path.join(search.extensionPath, 'bin', name);
  if ((await machine.kind(bundled)) === 'file') {
    return check(bundled, 'extension', search, machine);
  }
  for (const folder of machine.pathVariable.split(machine.platform === 'win32' ? ';' : ':')) {
    const file = path.join(folder, name);
    if (path.isAbsolute(folder) && (await machine.kind(file)) === 'file' && (await machine.executable(file))) {
      return check(file, 'path', search, machine);
    }
  }
  throw new BinaryError(
    `no calypso program for ${machine.platform}-${machine.arch}: install the extension's package for this platform, ` +
      'or put calypso on the PATH, or name it in the setting calypso.server.path',
  );
}

async function check(file: string, from: Binary['from'], search: Search, machine: Machine): Promise<Binary> {
  const origin = { setting: 'named by calypso.server.path', extension: 'of the extension', path: 'on the PATH' }[from];
  const kind = await machine.kind(file);
  if (kind !== 'file') {
    const what = kind === 'missing' ? "isn't there" : "isn't a file";
    throw new BinaryError(`the program ${origin}, ${file}, ${what}: correct the setting or empty it`);
  }
  if (!(await machine.executable(file))) {
    // Only our own copy is changed: unpackers lose the bit.
    if (from !== 'extension') {
      throw new BinaryError(`the program ${origin}, ${file}, may not be executed: chmod +x it`);
    }
    await machine.makeExecutable(file);
  }
  const version = parseVersion(file, await askVersion(file, origin, machine));
  if (version.protocol !== search.protocol) {
    throw new BinaryError(
      `the program ${origin}, ${file}, is version ${version.version} and speaks protocol ${version.protocol}, ` +
        `this extension ${search.protocol}: update the older of the two`,
    );
  }
  return { file, version: version.version, from };
}

async function askVersion(file: string, origin: string, machine: Machine): Promise<string> {
  try {
    return await machine.version(file, versionDeadline);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BinaryError(`the program ${origin}, ${file}, doesn't run here (${why}): reinstall the extension for this platform`);
  }
}

function parseVersion(file: string, text: string): { version: string; protocol: number } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'version' in value && 'protocol' in value) {
      const { version, protocol } = value;
      if (typeof version === 'string' && typeof protocol === 'number') {
        return { version, protocol };
      }
    }
  } catch {
    // Falls through to the same sentence.
  }
  throw new BinaryError(`${file} doesn't answer "version --json" as calypso does: correct calypso.server.path`);
}
