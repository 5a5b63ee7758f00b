// npm run bench: what an editor waits for, ours beside the official language library's, in one run on the same files. Rounds of
// both alternate, and each figure is the best of its rounds, so that a moment's load on the machine spoils neither.
// `npm run bench -- --write` writes the table to docs/benchmarks.md, `--rounds N` sets how often. It ends with code 1 when a goal
// is missed, or when the corpora or the library aren't there. Benchmarks of single parts are Go's own: go test -bench . ./engine/...
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildProgram } from './build.mjs';
import { run } from './command.mjs';
import { main } from './failure.mjs';
import { installOracle } from './oracle.mjs';
import { cache, executable, root, shared } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';
import { report } from './bench/report.mjs';
import { binaryMegabytes, queryTimes, session, startTimes, withCluster } from './bench/process.mjs';
import { markdown, plain } from './bench/table.mjs';

const schema = path.join(shared, 'schema', 'help.Samples.json');
// The largest first, so that the library's code is warm when the small ones come.
const names = ['large', 'medium', 'small', 'script'];
const command = '.create-or-alter function with (folder = "Demo", docstring = "by state") ByState(s: string) {\n    StormEvents\n    | where State == s\n    | summarize count() by EventType\n}\n';

await main('npm run bench', async (args) => {
  const { values } = parseArgs({ args, options: { write: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } } });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) {
    throw new Error('--rounds takes a number from 1');
  }
  await checkToolchain();
  const files = names.map((name) => path.join(shared, 'corpus', 'bench', `${name}.kql`));
  const missing = [schema, ...files].filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new Error(`not there: ${missing.join(', ')}; set CALYPSO_SHARED to the folder that holds corpus, schema and tools`);
  }
  const oracle = process.env.CALYPSO_ORACLE ?? (await installOracle());
  if (!existsSync(path.join(oracle, 'bench.js')) || !existsSync(path.join(oracle, 'node_modules'))) {
    throw new Error(`no oracle with its modules in ${oracle}: leave CALYPSO_ORACLE unset to have it installed`);
  }
  const table = report(await measure(oracle, files, rounds));
  console.log(`\n${plain(table)}\n`);
  if (values.write) {
    writeFileSync(path.join(root, 'docs', 'benchmarks.md'), await page(table, rounds));
    console.log('written to docs/benchmarks.md');
  }
  const missed = table.filter((one) => one.met === false);
  if (missed.length > 0) {
    throw new Error(`${missed.length} goals are missed: ${missed.map((one) => one.what).join('; ')}`);
  }
});

/** Runs everything; gives one answer a round. */
async function measure(oracle, files, rounds) {
  console.log('building …');
  await buildProgram();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'calypso-bench-'));
  const speed = path.join(cache, 'bench', executable.replace('calypso', 'speed'));
  mkdirSync(path.dirname(speed), { recursive: true });
  await run('go', ['build', '-o', speed, './internal/bench/speed'], { cwd: root });
  const one = path.join(folder, 'command.kql');
  writeFileSync(one, command);
  const all = [...files, one];
  const found = { ours: [], library: [], session: [], start: [], query: [], binary: binaryMegabytes() };
  try {
    for (let i = 1; i <= rounds; i++) {
      console.log(`round ${i} of ${rounds}: Calypso …`);
      found.ours.push(JSON.parse(await run(speed, ['--schema', schema, '--many', ...all])));
      console.log(`round ${i} of ${rounds}: the library …`);
      found.library.push(JSON.parse(await run(process.execPath, ['bench.js', '--json', '--cache', '--min', '--schema', schema, ...all], { cwd: oracle })));
      console.log(`round ${i} of ${rounds}: the server as a process …`);
      found.session.push(await withCluster(speed, ['--schema', schema], (address) => session(address, 'Samples', files)));
      found.start.push(await startTimes(20));
      found.query.push(await queryTimes(10));
    }
    found.many = await withCluster(speed, ['--schema', schema, '--many'], (address) => session(address, 'Big', []));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

/** The page for docs. */
async function page(table, rounds) {
  const go = (await run('go', ['env', 'GOVERSION'])).trim();
  const [cpu] = os.cpus();
  return `# How fast Calypso is

Written by \`npm run bench -- --write\`; don't edit. Calypso and the official language library
(\`@kusto/language-service-next\`, the one behind the web editors) do the same work in one run: the same files, the same schema
(Samples of help.kusto.windows.net: 113 tables, 47 functions).

Measured ${new Date().toISOString().slice(0, 10)} on ${cpu.model.trim()}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.release().split('-')[0]} ${os.arch()}; ${go}, Node ${process.versions.node}.

${markdown(table)}

*Rounds*: ${rounds}, of both in turn; each time is the best of its rounds, so that other programs' load counts as little as it can, and
memory of ours is the worst of them, of the library's the best. *CPU* is the processor time of the whole process, the garbage
collector's and compiler's included, after warming up. *p95* is the 95th percentile of the time that passes, over up to 200 places of
the file (ten for the library, over LSP 400); ours in one process is the least of five such passes a round, the library's of one. A
*key press* puts a letter or a space at a place, analyses the new text and asks for completion there (the library: spaces in the
middle of the text); *over LSP* it goes through the pipes of the real \`calypso lsp\`. *Memory*
of ours is that of \`calypso lsp\` (VmRSS) after the four files were opened, edited and completed at all these places; the
library's is that of Node after the same files. The files have 3 to 674 lines and come from \`corpus/bench\` of the shared data. MB are 2²⁰ bytes, of text 10⁶.

To run it: \`npm run bench\`, with the shared data beside the checkout or \`CALYPSO_SHARED\` set to its folder. It ends with an
error when a goal is missed. Parts have benchmarks of their own: \`go test -run '^$' -bench . ./kql/... ./engine/... ./server\`.
`;
}
