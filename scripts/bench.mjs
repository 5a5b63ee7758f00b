// npm run bench: the Go benchmarks. Arguments go on to `go test`, as in `npm run bench -- ./engine/...`.
import { run } from './command.mjs';
import { main } from './failure.mjs';
import { root } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';

await main('npm run bench', async (args) => {
  await checkToolchain();
  const packages = args.length > 0 ? args : ['./...'];
  await run('go', ['test', '-run', '^$', '-bench', '.', '-benchmem', ...packages], { cwd: root, show: true });
});
