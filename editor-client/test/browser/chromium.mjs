// Chromium for the tests, and the rule that holds in each of them: no request leaves this machine, no script or style is
// refused by the content policy, nothing is thrown on a page.
import { chromium } from 'playwright-core';
import { chromiumArguments } from '../../../scripts/chromium.mjs';

/** The runner finds Chromium first and hands it on. */
export async function launch() {
  const executablePath = process.env.CALYPSO_CHROMIUM;
  if (executablePath === undefined || executablePath === '') {
    throw new Error('CALYPSO_CHROMIUM is not set: start these tests by "npm test -- browser"');
  }
  return chromium.launch({ executablePath, args: chromiumArguments, timeout: 120_000 });
}

const rate = Number(process.env.CALYPSO_SLOW ?? '1');

/** CALYPSO_SLOW=6 makes a page so many times slower, and what answers it late: tests that depend on time show themselves. */
export async function slowDown(page) {
  if (rate > 1) {
    await page.addInitScript('window.slow = true');
    await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate });
  }
}

export const lateness = () => new Promise((done) => setTimeout(done, rate > 1 ? Math.random() * 100 : 0));

/** What a page did that it must not do. `allowed` says which hosts are ours. */
export function watch(page, allowed) {
  const faults = [];
  const messages = [];
  page.on('console', (message) => {
    messages.push(`${message.type()}: ${message.text()}`);
    if (/Content.Security.Policy|violates the following/i.test(message.text())) {
      faults.push(`content policy: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => messages.push(`thrown: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && !allowed(url.hostname)) {
      faults.push(`a request left: ${request.url()}`);
    }
  });
  return { faults, messages };
}
