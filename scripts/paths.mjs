// Where things are.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const client = path.join(root, 'editor-client');
/** Downloads and working copies: ignored by git, keyed by version, always safe to delete. */
export const cache = path.join(root, '.cache');
export const samples = path.join(root, 'samples');
/** Data that tests read but the project doesn't hold. */
export const shared = path.resolve(root, process.env.CALYPSO_SHARED ?? '../shared');
export const executable = process.platform === 'win32' ? 'calypso.exe' : 'calypso';
export const binary = path.join(root, 'bin', executable);
