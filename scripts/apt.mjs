// Installs Debian packages, where we may: as root, on a machine that has apt-get.
import { run, which } from './command.mjs';

const apt = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300'];
let updated = false;

/** Undefined when the packages are there, else the reason why they can't be. */
export async function aptInstall(...packages) {
  if (which('apt-get') === undefined) {
    return `no apt-get on this machine to install ${packages.join(', ')} with`;
  }
  if (process.getuid?.() !== 0) {
    return `not root, so ${packages.join(', ')} can't be installed`;
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    // The lists of a fresh machine are empty; once is enough for a run.
    if (!updated) {
      await run('apt-get', [...apt, 'update', '-qq'], { env });
      updated = true;
    }
    await run('apt-get', [...apt, 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
    return undefined;
  } catch (error) {
    return `${error.message}: ${String(error.output ?? '').trim().split('\n').at(-1)}`;
  }
}
