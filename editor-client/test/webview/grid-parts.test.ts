// The grid's pure parts: places and keys, the scale of tall lists, texts of cells.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText } from '../../src/webview/cells';
import { RowAxis } from '../../src/webview/row-axis';
import { scaleOf, tallest } from '../../src/webview/scale';
import { contains, isSingle, move, rectangle } from '../../src/webview/selection';

const size = { rows: 100, columns: 5, page: 10 };
const moves: readonly (readonly [string, [number, number], [number, number]])[] = [
  ['ArrowDown', [0, 0], [1, 0]],
  ['ArrowDown', [99, 0], [99, 0]],
  ['ArrowUp', [0, 2], [-1, 2]],
  ['ArrowUp', [-1, 2], [-1, 2]],
  ['ArrowLeft', [3, 0], [3, 0]],
  ['ArrowRight', [3, 4], [3, 4]],
  ['Home', [3, 4], [3, 0]],
  ['End', [3, 0], [3, 4]],
  ['Ctrl+Home', [50, 3], [0, 0]],
  ['Ctrl+End', [0, 0], [99, 4]],
  ['Ctrl+ArrowDown', [3, 1], [99, 1]],
  ['Ctrl+ArrowUp', [3, 1], [0, 1]],
  ['PageDown', [5, 1], [15, 1]],
  ['PageDown', [95, 1], [99, 1]],
  ['PageUp', [5, 1], [0, 1]],
  ['PageUp', [-1, 1], [-1, 1]],
];

for (const [key, [row, column], [toRow, toColumn]] of moves) {
  test(`${key} from ${row},${column}`, () => {
    const ctrl = key.startsWith('Ctrl+');
    const to = move({ row, column }, { key: key.replace('Ctrl+', ''), ctrl }, size);
    assert.deepEqual(to, { row: toRow, column: toColumn });
  });
}

test('no rows: the header is all there is', () => {
  assert.deepEqual(move({ row: -1, column: 0 }, { key: 'ArrowDown', ctrl: false }, { rows: 0, columns: 2, page: 5 }), { row: -1, column: 0 });
});

test('other keys move nothing', () => assert.equal(move({ row: 0, column: 0 }, { key: 'x', ctrl: false }, size), undefined));

test('a rectangle has its ends in order and leaves the header out', () => {
  const range = rectangle({ row: 5, column: 3 }, { row: 2, column: 1 });
  assert.deepEqual(range, { startRow: 2, endRow: 6, startColumn: 1, endColumn: 4 });
  assert.ok(contains(range, { row: 2, column: 3 }) && !contains(range, { row: 6, column: 1 }));
  assert.ok(isSingle(rectangle({ row: 1, column: 1 }, { row: 1, column: 1 })));
  assert.deepEqual(rectangle({ row: -1, column: 0 }, { row: 1, column: 0 }), { startRow: 0, endRow: 2, startColumn: 0, endColumn: 1 });
});

test('lists grow one to one until an element ends', () => {
  assert.deepEqual(scaleOf(24 * 1_000_000, 500), { height: 24_000_000, factor: 1 });
  const scale = scaleOf(24 * 10_000_000, 500);
  assert.equal(scale.height, tallest);
  // The end of the element is the end of the list.
  assert.ok(Math.abs((tallest - 500) * scale.factor - (24 * 10_000_000 - 500)) < 1);
});

test('rows in sight, some beyond, and the one that is kept', () => {
  const scroller = { scrollTop: 0, clientHeight: 240, addEventListener: () => undefined };
  const axis = new RowAxis({ scroller: scroller as unknown as HTMLElement, covered: () => 24, height: 24, changed: () => undefined });
  const drawn = (): number[] => axis.items().map(({ index }) => index);
  assert.deepEqual(drawn(), []);
  axis.resize(1_000_000);
  assert.deepEqual(axis.visible(), { first: 0, last: 9 });
  assert.deepEqual([drawn()[0], drawn().at(-1)], [0, 15]);
  axis.keep(3);
  scroller.scrollTop = 2412;
  assert.deepEqual(axis.visible(), { first: 100, last: 110 });
  assert.deepEqual([drawn()[0], drawn().at(-2), drawn().at(-1)], [94, 116, 3]);
  axis.reveal(109);
  assert.equal(scroller.scrollTop, 110 * 24 - 216);
  axis.reveal(50);
  assert.equal(scroller.scrollTop, 1200);
});

test('the last of many millions of rows is reached, and stands where the scroll is', () => {
  const scroller = { scrollTop: 0, clientHeight: 240, addEventListener: () => undefined };
  const axis = new RowAxis({ scroller: scroller as unknown as HTMLElement, covered: () => 24, height: 24, changed: () => undefined });
  axis.resize(10_000_000);
  axis.reveal(9_999_999);
  assert.equal(axis.visible().last, 9_999_999);
  const last = axis.items().at(-1);
  assert.ok(last !== undefined && Math.abs(last.start + last.size - (scroller.scrollTop + 216)) < 1);
});

test('cells are one line', () => {
  assert.equal(cellText('a\r\nb\nc'), 'a↵ b↵ c');
  assert.equal(cellText(null), 'null');
  assert.equal(cellText(false), 'false');
});
