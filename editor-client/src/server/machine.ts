/** The real machine for the binary search: files, the PATH, a child process. */
import { execFile } from 'node:child_process';
import { constants, promises as fs } from 'node:fs';
import type { Machine } from './binary';

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  pathVariable: process.env['PATH'] ?? '',
  kind: (file) => fs.stat(file).then((found) => (found.isFile() ? 'file' : 'other'), () => 'missing'),
  executable: (file) => (process.platform === 'win32' ? Promise.resolve(true) : fs.access(file, constants.X_OK).then(() => true, () => false)),
  makeExecutable: (file) => fs.chmod(file, 0o755),
  version: (file, milliseconds) =>
    new Promise((resolve, reject) => {
      execFile(file, ['version', '--json'], { timeout: milliseconds, windowsHide: true }, (error, stdout) => {
        if (error === null) {
          resolve(stdout);
        } else {
          reject(new Error(error.killed === true ? `no answer in ${milliseconds / 1000} s` : String(error.code ?? error.message)));
        }
      });
    }),
};
