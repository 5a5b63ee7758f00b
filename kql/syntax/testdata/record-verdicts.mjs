// Records what the official language library says about the syntax of every query of the corpus, so that the tests need no
// Node. Written are only hashes of the queries and yes or no, never a text.
//
//   (cd ORACLE && npm install), where ORACLE is a copy of shared/tools/kql-oracle
//   node kql/syntax/testdata/record-verdicts.mjs ORACLE ../shared
//
// A line of oracle-verdicts.jsonl.gz: {"q": first 16 hex digits of the query's SHA-256, "kind": "query" | "command", "ok": bool}
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [oracle, shared] = process.argv.slice(2);
if (!oracle || !shared) {
  console.error('usage: node record-verdicts.mjs ORACLE_FOLDER SHARED_FOLDER');
  process.exit(2);
}

const queries = new Map();
for (const folder of ['corpus/kql', 'corpus/engine']) {
  for (const file of readdirSync(join(shared, folder)).filter((f) => f.endsWith('.jsonl')).sort()) {
    for (const line of readFileSync(join(shared, folder, file), 'utf8').split('\n')) {
      if (!line.trim()) continue;
      const { query } = JSON.parse(line);
      if (typeof query === 'string') queries.set(createHash('sha256').update(query).digest('hex').slice(0, 16), query);
    }
  }
}

const input = [...queries].map(([id, query]) => JSON.stringify({ id, query })).join('\n');
const run = spawnSync('node', ['oracle.js', '--want', 'syntax'], { cwd: oracle, input, encoding: 'utf8', maxBuffer: 1 << 30 });
if (run.status !== 0) throw new Error(run.stderr);

const lines = run.stdout.trim().split('\n').map((l) => JSON.parse(l)).filter((a) => a.syntax);
lines.sort((a, b) => (a.id < b.id ? -1 : 1));
const out = lines.map((a) => JSON.stringify({ q: a.id, kind: a.kind.toLowerCase(), ok: a.syntax.length === 0 })).join('\n') + '\n';
writeFileSync(new URL('oracle-verdicts.jsonl.gz', import.meta.url), gzipSync(out, { level: 9 }));
console.log(`${lines.length} verdicts, ${queries.size - lines.length} without an answer`);
