// Finds a Chromium for the browser tests, or installs Debian's.
import { existsSync } from 'node:fs';
import { aptInstall } from './apt.mjs';
import { which } from './command.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** No GPU, no sandbox (we may be root in a container), and nothing of the browser's own that calls home. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** {file} or {missing: reason}. */
export async function findChromium() {
  const named = process.env.CALYPSO_CHROMIUM;
  if (named !== undefined && named !== '') {
    return existsSync(named) ? { file: named } : { missing: `CALYPSO_CHROMIUM names ${named}, which isn't there` };
  }
  const found = () => names.map(which).find((file) => file !== undefined);
  if (found() === undefined) {
    const reason = await aptInstall('chromium', 'fonts-dejavu-core');
    if (reason !== undefined) {
      return { missing: reason };
    }
  }
  const file = found();
  return file === undefined ? { missing: 'apt-get installed chromium, but it is not on the PATH' } : { file };
}
