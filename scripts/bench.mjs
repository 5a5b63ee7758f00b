// npm run bench: the Go benchmarks. Arguments go on to `go test`, as in `npm run bench -- ./engine/...`.
import { run } from './command.mjs';
import { root } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';

await checkToolchain();
const packages = process.argv.length > 2 ? process.argv.slice(2) : ['./...'];
await run('go', ['test', '-run', '^$', '-bench', '.', '-benchmem', ...packages], { cwd: root, show: true });
