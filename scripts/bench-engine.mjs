// npm run bench:engine: the embedded engine beside DuckDB, on the same Parquet file, the same cores, in one run. Both read the file
// in every query, from the system's file cache; what counts is CPU time, the best of three. Each answer is compared.
//
//   -- --write        renews docs/benchmarks-engine.md
//   -- --rows 1e6     another number of rows than 10 M
//   -- --only sort    the queries whose names have the word
//   -- --growth       also the cost of 1, 3, 10 and 30 M rows (part of --write)
//   -- --profile DIR  a profile of the CPU for each query of ours
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './command.mjs';
import { eventsSql, queries, usersSql } from './bench-engine-queries.mjs';
import { main } from './failure.mjs';
import { cache, root } from './paths.mjs';
import { checkToolchain } from './toolchain.mjs';

const times = 3;
const program = path.join(cache, 'bench-engine', process.platform === 'win32' ? 'bench.exe' : 'bench');
const page = path.join(root, 'docs', 'benchmarks-engine.md');
const growthRows = [1e6, 3e6, 10e6, 30e6];

await main('npm run bench:engine', async () => {
  const { values: flags } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      rows: { type: 'string', default: '1e7' },
      only: { type: 'string', default: '' },
      profile: { type: 'string', default: '' },
    },
  });
  await checkToolchain();
  mkdirSync(path.dirname(program), { recursive: true });
  await run('go', ['build', '-o', program, './engine/internal/bench'], { cwd: root });
  const duck = await openDuckDB();
  const rows = Number(flags.rows);
  const chosen = queries.filter((query) => query.name.includes(flags.only));
  const data = await duck.dataset(rows);
  console.log(`${rows.toLocaleString('en')} rows, ${megabytes(statSync(data.files[0]).size)} MB of Parquet; ${machine(duck.version)}\n`);
  const report = [table(['query', 'DuckDB CPU-s', 'Calypso CPU-s', 'ratio', 'peak MB', 'columns MB', 'answers'])];
  console.log(report.join('\n'));
  const done = [];
  for (const query of chosen) {
    const line = await compare(duck, data, query, flags.profile);
    done.push(line);
    report.push(row(line.cells));
    console.log(report.at(-1));
  }
  const verdict = [...goals(done, chosen.length === queries.length), await firstRow(data), await overBudget(data), await cancelled(data, done)];
  const sections = [report.join('\n'), [table(['goal', 'measured', 'met']), ...verdict.map((goal) => row(goal))].join('\n')];
  if (flags.growth || flags.write) {
    sections.push(await growth(duck, chosen));
  }
  console.log(`\n${sections.slice(1).join('\n\n')}`);
  if (flags.write) {
    writeFileSync(page, document(rows, duck.version, sections));
    console.log(`\nwrote ${path.relative(root, page)}`);
  }
  const wrong = done.filter((line) => !line.same);
  if (wrong.length > 0) {
    throw new Error(`the answers differ: ${wrong.map((line) => `${line.name} (${line.why})`).join('; ')}`);
  }
});

/** DuckDB with as many threads as there are cores, and the files both sides read. */
async function openDuckDB() {
  const { DuckDBInstance, version } = await import('@duckdb/node-api').catch(() => {
    throw new Error('DuckDB is missing; run npm install (it is a development dependency, @duckdb/node-api)');
  });
  const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) });
  const connection = await instance.connect();
  const rowsOf = async (sql) => (await connection.runAndReadAll(sql)).getRows().map((cells) => cells.map(plain));
  return {
    version: version(),
    rowsOf,
    /** Makes the files for a number of rows once, and the views on them. */
    async dataset(rows) {
      const key = createHash('sha256').update(version() + eventsSql(rows) + usersSql).digest('hex').slice(0, 12);
      const folder = path.join(cache, 'bench-engine', `${rows}-${key}`);
      mkdirSync(folder, { recursive: true });
      const files = [];
      for (const [name, sql] of [['Events', eventsSql(rows)], ['Users', usersSql]]) {
        const file = path.join(folder, `${name}.parquet`);
        if (!existsSync(file)) {
          await connection.run(`COPY (${sql}) TO '${file}.partial' (FORMAT parquet)`);
          renameSync(`${file}.partial`, file);
        }
        await connection.run(`CREATE OR REPLACE VIEW ${name} AS SELECT * FROM '${file}'`);
        files.push(file);
      }
      return { rows, folder, files, bytes: await columnBytes(rowsOf) };
    },
    /** CPU seconds of the cheapest run; the result stays in DuckDB's memory. */
    async cost(sql) {
      let best = Infinity;
      for (let i = 0; i < times; i++) {
        const before = process.cpuUsage();
        await connection.run(sql);
        const used = process.cpuUsage(before);
        best = Math.min(best, (used.user + used.system) / 1e6);
      }
      return best;
    },
  };
}

/** Bytes of each column's values: 8 for numbers and times, the text's bytes and 8 for its place. */
async function columnBytes(rowsOf) {
  const [[count, states, levels, messages, props]] = await rowsOf(
    'SELECT count(*), sum(strlen(State)), sum(strlen(Level)), sum(strlen(Message)), sum(strlen(Props::VARCHAR)) FROM Events',
  );
  const fixed = Number(count) * 8;
  const text = (bytes) => fixed + Number(bytes);
  return {
    Timestamp: fixed, UserId: fixed, Value: fixed, Duration: fixed,
    State: text(states), Level: text(levels), Message: text(messages), Props: text(props),
  };
}

/** A value of DuckDB as JSON has it; whole numbers beyond 2^53 don't occur. */
function plain(cell) {
  return typeof cell === 'bigint' ? Number(cell) : cell;
}

/** Runs a query in our engine, in a process of its own. */
async function ours(task) {
  const measured = JSON.parse(await run(program, [], { input: JSON.stringify({ times, ...task }) }));
  return measured;
}

async function compare(duck, data, query, profiles) {
  const theirs = await duck.cost(query.sql);
  if (profiles !== '') {
    mkdirSync(profiles, { recursive: true });
  }
  const profile = profiles === '' ? '' : path.resolve(profiles, `${query.name.replace(/[^\w]+/g, '-')}.prof`);
  const measured = await ours({ files: data.files, query: query.kql, check: query.checkKql?.(query.kql) ?? '', profile });
  if (measured.error !== '') {
    throw new Error(`${query.name}: ${measured.error}`);
  }
  const expected = await duck.rowsOf(query.checkSql?.(query.sql) ?? query.sql);
  const why = difference(expected, measured.rows);
  const ratio = measured.cpu / theirs;
  const touched = (query.columns === 'all' ? Object.keys(data.bytes) : query.columns).reduce((sum, name) => sum + data.bytes[name], 0);
  return {
    name: query.name, ratio, same: why === '', why, peak: measured.peak, touched, kql: query.kql, wall: measured.wall,
    cells: [
      query.name, theirs.toFixed(3), measured.cpu.toFixed(3), ratio.toFixed(2), megabytes(measured.peak), megabytes(touched),
      why === '' ? 'equal' : `**${why}**`,
    ],
  };
}

/** In what two answers differ, as sets of rows; '' when they agree. */
function difference(expected, got) {
  if (expected.length !== got.length) {
    return `${got.length} rows, not ${expected.length}`;
  }
  const sorted = (rows) => [...rows].sort((a, b) => order(JSON.stringify(a), JSON.stringify(b)));
  const [left, right] = [sorted(expected), sorted(got)];
  for (let i = 0; i < left.length; i++) {
    for (let c = 0; c < left[i].length; c++) {
      if (!alike(left[i][c], right[i][c])) {
        return `row ${i}, column ${c}: ${JSON.stringify(right[i][c])}, not ${JSON.stringify(left[i][c])}`;
      }
    }
  }
  return '';
}

function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sums of reals may differ in their last digits, as the two add in different orders. */
function alike(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  }
  return a === b;
}

/** The goals that the table of queries settles: [goal, measured, met]. */
function goals(done, whole) {
  const mean = Math.exp(done.reduce((sum, line) => sum + Math.log(line.ratio), 0) / done.length);
  const worst = done.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const fattest = done.reduce((a, b) => (b.peak / b.touched > a.peak / a.touched ? b : a));
  return [
    [`geometric mean of the ratios ≤ 1.0${whole ? '' : ' (of the chosen queries)'}`, mean.toFixed(2), met(mean <= 1)],
    ['no query over 3 ×', `${worst.ratio.toFixed(2)} (${worst.name})`, met(worst.ratio <= 3)],
    ['same answers', `${done.filter((line) => line.same).length} of ${done.length}`, met(done.every((line) => line.same))],
    ['peak memory ≤ 2 × the columns touched', `${(fattest.peak / fattest.touched).toFixed(2)} (${fattest.name})`, met(fattest.peak <= 2 * fattest.touched)],
  ];
}

async function firstRow(data) {
  const { first, error } = await ours({ files: data.files, query: 'Events | take 10', times: 1 });
  return ['first rows of take 10, the file being opened, ≤ 100 ms', error || `${(first * 1000).toFixed(1)} ms`, met(error === '' && first <= 0.1)];
}

/** A sort of everything in a hundredth of its memory must fail with Kusto's error. */
async function overBudget(data) {
  const { error } = await ours({ files: data.files, query: 'Events | sort by Value asc', times: 1, memory: 64 << 20 });
  const code = /E_[A-Z_]+/.exec(error)?.[0] ?? 'no error';
  return ["over budget: Kusto's memory error", code, met(code === 'E_RUNAWAY_QUERY' || code === 'E_LOW_MEMORY_CONDITION')];
}

/** How long the slowest of the queries to stop goes on after it was cancelled a quarter, a half and three quarters through: medians. */
async function cancelled(data, done) {
  let worst = { stop: 0, name: 'none' };
  for (const { name, kql, wall } of done) {
    for (const part of [0.25, 0.5, 0.75]) {
      const tries = [];
      for (let i = 0; i < times; i++) {
        tries.push((await ours({ files: data.files, query: kql, cancel: wall * part })).stop);
      }
      const stop = tries.sort((a, b) => a - b)[Math.floor(times / 2)];
      worst = stop > worst.stop ? { stop, name } : worst;
    }
  }
  return ['a cancelled query stops within 100 ms', `${(worst.stop * 1000).toFixed(0)} ms (${worst.name})`, met(worst.stop <= 0.1)];
}

/** CPU time by number of rows, ours only. */
async function growth(duck, chosen) {
  const lines = [table(['query', ...growthRows.map((rows) => `${rows / 1e6} M: CPU-s`), '30 M to 1 M, a row', 'peak MB at 30 M'])];
  const sets = [];
  for (const rows of growthRows) {
    sets.push(await duck.dataset(rows));
  }
  for (const query of chosen) {
    const costs = [];
    for (const set of sets) {
      costs.push(await ours({ files: set.files, query: query.kql, check: 'print 1' }));
    }
    const failed = costs.find((cost) => cost.error !== '');
    const perRow = costs.at(-1).cpu / costs[0].cpu / (growthRows.at(-1) / growthRows[0]);
    lines.push(
      row([query.name, ...costs.map((cost) => cost.cpu.toFixed(3)), failed ? failed.error.split(':')[0] : perRow.toFixed(2), megabytes(costs.at(-1).peak)]),
    );
  }
  for (const set of sets.filter(({ rows }) => rows > 10e6)) {
    rmSync(set.folder, { recursive: true });
  }
  return lines.join('\n');
}

function document(rows, version, sections) {
  return `# The embedded engine beside DuckDB

Written by \`npm run bench:engine -- --write\`; don't edit. Both sides read the same Parquet file of
${rows.toLocaleString('en')} rows and 8 columns in every query, from the system's file cache, with all cores; DuckDB runs in its npm package. What is
compared is CPU time, user and system of all threads: the cheapest of ${times} runs. Results are made to their last row, and compared.
The SQL is the cheapest of the forms tried; see \`scripts/bench-engine-queries.mjs\`.

Measured ${new Date().toISOString().slice(0, 10)} on ${machine(version)}.

${sections[0]}

*peak MB* is the most memory resident in the process of that query, the program itself included. *columns MB* is the size of the values of
the columns that the query touches: 8 bytes a number or time, a text's bytes and 8.

${sections[1]}

## Growth

Our CPU time by number of rows; 1.00 means that a row of 30 M costs what one of 1 M does.

${sections[2]}
`;
}

function machine(version) {
  return `${process.platform}/${process.arch}, ${availableParallelism()} cores (${cpus()[0].model.trim()}), DuckDB ${version}`;
}

function met(yes) {
  return yes ? 'yes' : '**no**';
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}

function row(cells) {
  return `| ${cells.join(' | ')} |`;
}

function table(head) {
  return `${row(head)}\n|---|${head.slice(1).map(() => '---:|').join('')}`;
}
