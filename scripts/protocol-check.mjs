// Runs the shared protocol checker against the server, in each way that clients differ. No account and no saved connection: the
// check must not reach anything outside.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildProgram } from './build.mjs';
import { run } from './command.mjs';
import { cache, executable, root, shared } from './paths.mjs';
import { canRace } from './race.mjs';
import { remove, temporary } from './temporary.mjs';

/** Seeds, clients with every and with no capability, both encodings. */
const variants = [['--seed', '1'], ['--seed', '2'], ['--seed', '3'], ['--seed', '4', '--client', 'min'], ['--seed', '5', '--encoding', 'utf-8']];

/** Gives {skipped, cure} where the checker is missing, and throws with its findings. */
export async function checkProtocol({ messages, args = [] }) {
  const checker = path.join(shared, 'tools', 'lspcheck', 'lspcheck.mjs');
  if (!existsSync(checker)) {
    return { skipped: `${checker} is not there`, cure: 'set CALYPSO_SHARED to the folder that holds tools/lspcheck' };
  }
  const race = await canRace();
  const program = await buildProgram({ output: path.join(cache, 'lspcheck', executable), race });
  const home = temporary();
  const env = { HOME: home, CODEX_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, XDG_STATE_HOME: home };
  try {
    const module = (await run('go', ['list', '-m', '-f', '{{.Dir}}', 'go.lsp.dev/protocol'], { cwd: root })).trim();
    const model = path.join(module, 'internal', 'genlsp', 'testdata', 'metaModel.json');
    for (const variant of variants) {
      const options = ['--meta-model', model, ...variant, '--messages', String(messages), '--timeout', '60000', ...args];
      const out = await run(process.execPath, [checker, ...options, '--', program, 'lsp'], { cwd: home, env });
      console.log(`      ${variant.join(' ')}: ${out.trim().split('\n').at(-1)}`);
    }
  } finally {
    remove(home);
  }
}
