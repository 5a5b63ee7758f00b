// Folders that go with the test or the step that made them.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const temporary = () => mkdtempSync(path.join(os.tmpdir(), 'calypso-'));

/** With patience: a program that was told to end may write there a moment longer. rmSync's own retries don't see a new file. */
export function remove(folder) {
  for (let tries = 50; ; tries--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries === 0) {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}
