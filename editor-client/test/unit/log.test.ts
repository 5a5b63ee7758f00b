// zap's lines keep their level; what isn't one is kept as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLine } from '../../src/server/log';

const cases: readonly (readonly [string, string, string])[] = [
  ['{"level":"info","ts":"2026-01-01","msg":"listening"}', 'info', 'listening'],
  ['{"level":"debug","ts":1,"logger":"lsp","msg":"hover","ms":1.5}', 'debug', 'lsp: hover ms=1.5'],
  ['{"level":"warn","msg":"slow","uri":"file:///a b.kql","n":{"x":1}}', 'warn', 'slow uri=file:///a b.kql n={"x":1}'],
  ['{"level":"error","msg":"panic in hover","stacktrace":"goroutine 7\\nmain.go:1"}', 'error', 'panic in hover\ngoroutine 7\nmain.go:1'],
  ['{"level":"DPANIC","msg":"x"}', 'error', 'x'],
  ['{"level":"strange","msg":"x"}', 'info', 'x'],
  ['panic: runtime error', 'error', 'panic: runtime error'],
  ['goroutine 1 [running]:', 'error', 'goroutine 1 [running]:'],
  ['{"broken', 'info', '{"broken'],
  ['{"level":"error"}', 'info', '{"level":"error"}'],
  ['', 'info', ''],
];

for (const [raw, level, text] of cases) {
  test(raw === '' ? 'an empty line' : raw, () => assert.deepEqual(parseLine(raw), { level, text }));
}
