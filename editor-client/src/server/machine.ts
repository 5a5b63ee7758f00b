/** The real machine for the binary search: files, the PATH, a child process. */
import { execFile } from 'node:child_process';
import { constants, promises as fs } from 'node:fs';
import type { Machine } from './binary';

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  pathVariable: process.env['PATH'] ?? '',

  async kind(file) {
    try {
      return (await fs.stat(file)).isFile() ? 'file' : 'other';
    } catch {
      return 'missing';
    }
  },

  async executable(file) {
    if (process.platform === 'win32') {
      return true;
    }
    try {
      await fs.access(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },

  async makeExecutable(file) {
    await fs.chmod(file, 0o755);
  },

  version(file, milliseconds) {
    return new Promise((resolve, reject) => {
      execFile(file, ['version', '--json'], { timeout: milliseconds, windowsHide: true }, (error, stdout) => {
        if (error?.killed === true) {
          reject(new Error(`no answer in ${milliseconds / 1000} s`));
        } else if (error !== null) {
          reject(new Error(String(error.code ?? error.message)));
        } else {
          resolve(stdout);
        }
      });
    });
  },
};
