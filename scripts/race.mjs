// Whether Go's race detector works here: it needs a C compiler.
import { run, which } from './command.mjs';

export async function canRace() {
  const compiler = (await run('go', ['env', 'CC'])).trim().split(' ')[0];
  return which(compiler) !== undefined && ['x64', 'arm64'].includes(process.arch);
}
