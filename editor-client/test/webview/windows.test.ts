// Rows are read in windows, around what is in sight, and never twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResultReadResult } from '../../generated/protocol';
import { Windows, windowRows } from '../../src/webview/windows';

interface Ask {
  start: number;
  count: number;
  answer: (rows?: number) => Promise<void>;
  fail: () => Promise<void>;
}

/** One column whose value is the row's number; answers come when the test says so. */
function source(): { asked: Ask[]; errors: unknown[]; read: (start: number, count: number) => Promise<ResultReadResult>; changed: (error?: unknown) => void } {
  const asked: Ask[] = [];
  const errors: unknown[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  return {
    asked,
    errors,
    changed: (error) => {
      if (error !== undefined) {
        errors.push(error);
      }
    },
    read: (start, count) =>
      new Promise((resolve, reject) => {
        asked.push({
          start,
          count,
          answer: (rows = count) => {
            const values = [Array.from({ length: rows }, (_, index) => start + index)];
            resolve({ start, count: rows, values, clipped: [[0, 1]] });
            return settled();
          },
          fail: () => {
            reject(new Error('gone'));
            return settled();
          },
        });
      }),
  };
}

test('the window in sight first, then one ahead, two at a time', async () => {
  const from = source();
  const windows = new Windows(10_000, from);
  windows.want(10, 40);
  assert.deepEqual(from.asked.map(({ start, count }) => [start, count]), [[0, windowRows], [windowRows, windowRows]]);
  await from.asked[0]?.answer();
  assert.equal(windows.cell(7, 0), 7);
  assert.ok(windows.clipped(1, 0) && !windows.clipped(2, 0));
  windows.want(12, 42);
  assert.equal(from.asked.length, 2);
});

test('lines that came with the view are not asked for again', () => {
  const from = source();
  const windows = new Windows(10_000, from, { start: 0, count: 100, values: [Array.from({ length: 100 }, (_, row) => row)], clipped: [] });
  assert.equal(windows.cell(99, 0), 99);
  assert.ok(!windows.has(100));
  windows.want(0, 30);
  assert.deepEqual(from.asked.map(({ start, count }) => [start, count]), [[100, windowRows - 100], [windowRows, windowRows]]);
});

test('what was scrolled past is never asked for', async () => {
  const from = source();
  const windows = new Windows(1_000_000, from);
  windows.want(0, 30);
  for (let row = 1000; row < 900_000; row += 1000) {
    windows.want(row, row + 30);
  }
  await from.asked[0]?.answer();
  await from.asked[1]?.answer();
  const last = Math.floor(899_000 / windowRows) * windowRows;
  assert.deepEqual(from.asked.slice(2).map((ask) => ask.start), [last, last + windowRows]);
});

test('a short page is followed by the rest of its window', async () => {
  const from = source();
  const windows = new Windows(300, from);
  windows.want(0, 30);
  await from.asked[0]?.answer(13);
  assert.equal(windows.cell(12, 0), 12);
  assert.equal(windows.cell(13, 0), undefined);
  assert.deepEqual(from.asked.slice(1).map(({ start, count }) => [start, count]), [[200, 100], [13, windowRows - 13]]);
});

test('the last window ends with the rows', () => {
  const from = source();
  new Windows(250, from).want(240, 249);
  assert.deepEqual(from.asked.map(({ start, count }) => [start, count]), [[200, 50]]);
});

test('the last twenty windows are kept', async () => {
  const from = source();
  const windows = new Windows(windowRows * 50, from);
  for (let index = 0; index < 30; index++) {
    windows.want(index * windowRows, index * windowRows + 10);
    for (const ask of from.asked) {
      await ask.answer();
    }
  }
  assert.ok(!windows.has(0));
  assert.ok(windows.has(29 * windowRows));
  assert.ok(windows.has(15 * windowRows));
});

test('a fault is told once and not asked for again by itself', async () => {
  const from = source();
  const windows = new Windows(100, from);
  windows.want(0, 30);
  await from.asked[0]?.fail();
  assert.equal(from.errors.length, 1);
  assert.equal(from.asked.length, 1);
  windows.want(0, 30);
  assert.equal(from.asked.length, 2);
});

test('a closed view says nothing more', async () => {
  const from = source();
  const windows = new Windows(1000, from);
  windows.want(0, 30);
  windows.close();
  await from.asked[0]?.fail();
  assert.deepEqual([from.errors.length, from.asked.length], [0, 2]);
});
