// npm run conformance:engine: how often the embedded engine gives the real engine's answer, suite by suite. The tests of the package
// engine compare; here they are run, and what they count is printed. `-- --write` also writes docs/conformance-engine.md. It ends
// with code 1 when an answer is wrong, when a suite falls below its line, or when the suites aren't there.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CommandError, run } from './command.mjs';
import { main } from './failure.mjs';
import { root, shared } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';

const page = path.join('docs', 'conformance-engine.md');
const head = ['cases', 'equal', 'refused', 'wrong', 'skipped', 'equal of compared'];
const tests = '^(TestConformance|TestPrintedAnswers|TestDocumentationOnSamples)$';

const about = {
  'kustainer-fuzz-a.jsonl': "generated queries with the real engine's answers; cells are compared exactly",
  'kustainer-docs.jsonl': "the documentation's queries with the real engine's answers; cells are compared exactly",
  'docs-selfcontained.jsonl': "the documentation's queries that bring their own rows: the real engine's answer where it is known, else the printed table",
  'docs-sampletables.jsonl': "the documentation's queries over StormEvents and PopulationData: on our own sample rows, so that running with the printed columns counts as equal",
};

await main('npm run conformance:engine', async (args) => {
  const write = args.includes('--write');
  const unknown = args.filter((arg) => arg !== '--write');
  if (unknown.length > 0) {
    throw new Error(`unknown argument ${unknown[0]}; the only one is --write`);
  }
  await checkToolchain();
  if (!existsSync(path.join(shared, 'corpus', 'engine'))) {
    throw new Error(`no suites of answers under ${shared}; set CALYPSO_SHARED to the folder that holds corpus/engine`);
  }
  const { suites, failure } = await measure();
  console.log(`\n${plain(suites)}\n`);
  if (write) {
    const go = (await run('go', ['version'])).trim().split(' ')[2];
    writeFileSync(path.join(root, page), markdown(suites, go));
    console.log(`written to ${page}`);
  }
  if (failure !== undefined) {
    throw new Error(`a suite isn't met:\n${failure}`);
  }
});

/** Runs the tests; gives what each suite adds up to, and what failed. */
async function measure() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'calypso-conformance-'));
  const report = path.join(folder, 'report.jsonl');
  let failure;
  try {
    await run('go', ['test', '-count=1', '-run', tests, './engine'], {
      cwd: root,
      env: { CALYPSO_CONFORMANCE_REPORT: report, CALYPSO_SHARED: shared },
    });
  } catch (error) {
    if (!(error instanceof CommandError) || !existsSync(report)) {
      throw error;
    }
    failure = error.output;
  }
  const suites = readFileSync(report, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  rmSync(folder, { recursive: true });
  return { suites, failure };
}

function sum(counts) {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}

function row(suite) {
  const refused = sum(suite.refused);
  const compared = suite.equal + refused + suite.wrong;
  return {
    suite: suite.suite,
    cells: [suite.cases, suite.equal, refused, suite.wrong, sum(suite.skipped), `${((100 * suite.equal) / compared).toFixed(1)} %`],
  };
}

function plain(suites) {
  const lines = [{ suite: 'suite', cells: head }, ...suites.map(row)];
  const first = Math.max(...lines.map((line) => line.suite.length));
  return lines
    .map((line) => line.suite.padEnd(first) + line.cells.map((cell, i) => String(cell).padStart(head[i].length + 3)).join(''))
    .join('\n');
}

/** Counts by reason, commonest first. */
function reasons(counts) {
  return Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function list(counts) {
  return reasons(counts)
    .map(([reason, n]) => `- ${n} × ${reason.replace(/,$/, '').replaceAll('|', '\\|').replaceAll('<', '&lt;')}`)
    .join('\n');
}

function markdown(suites, go) {
  const cpu = os.cpus();
  const refused = {};
  for (const [reason, n] of suites.flatMap((suite) => reasons(suite.refused))) {
    refused[reason] = (refused[reason] ?? 0) + n;
  }
  const skipped = suites.filter((suite) => sum(suite.skipped) > 0);
  return `# The embedded engine beside the real one

Made by \`npm run conformance:engine -- --write\` on ${new Date().toISOString().slice(0, 10)}, ${os.type()} ${os.arch()}, ${cpu.length} × ${cpu[0].model.trim()}, ${go}.

*Equal*: columns, types, rows and cells are those of the real engine, within the tolerances below. *Refused*: the query stops with the name of
what isn't built. *Wrong*: another answer; \`go test ./engine\` fails on one. *Skipped*: there is nothing sure to compare with. A query
whose rows differ from run to run (now, rand, sample …) is held by its columns. The two suites of the documentation share most queries.

| suite | ${head.join(' | ')} |
|---|${head.map(() => '---:').join('|')}|
${suites.map((suite) => `| \`${suite.suite}\` | ${row(suite).cells.join(' | ')} |`).join('\n')}

${suites.map((suite) => `- \`${suite.suite}\`: ${about[suite.suite] ?? 'cases'}.`).join('\n')}

## What is refused

${list(refused)}

## What is skipped, and why

${skipped.map((suite) => `\`${suite.suite}\`:\n\n${list(suite.skipped)}`).join('\n\n')}

## Tolerances

Relative, for queries that call a function whose name fits; whatever isn't listed is compared exactly. The list is
\`engine/tolerance_test.go\`.

| functions | tolerance | the case that forced it |
|---|---|---|
${suites[0].tolerances.map((t) => `| \`${t.functions.replaceAll('|', '\\|')}\` | ${t.relative} | ${t.reason.replaceAll('|', '\\|')} |`).join('\n')}
`;
}
