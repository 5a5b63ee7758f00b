// A change of a tree is listed before VS Code is told of it, and it is told of what became different only: what it is told of it forgets
// until it has asked again, and a menu that is open acts on nothing.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { showTrees, type Line } from '../../src/ui/tree';
import { registered } from './vscode';

interface Node {
  readonly id: string;
  readonly label: string;
}

let levels: Record<string, Node[]>;
let asked: string[];
let fired: string[][];
let hold: Promise<void> | undefined;
let change: (params: { view: string; node?: string }) => void;
let tree: { provider: { getChildren(line?: Line): Promise<Line[]>; again(line: Line): Promise<void>; onDidChangeTreeData: (hear: (what: Line | Line[] | undefined) => void) => void }; collapse(line: Line): void };

const node = (id: string, label = id): Node => ({ id, label });
const settled = async (): Promise<void> => {
  for (let n = 0; n < 50; n++) {
    await Promise.resolve();
  }
};
const changed = (id?: string): Promise<void> => {
  change({ view: 'connections', ...(id === undefined ? {} : { node: id }) });
  return settled();
};
const labels = (lines: Line[]): string[] => lines.map((line) => line.node.label);

beforeEach(() => {
  levels = { '': [node('a'), node('b')], a: [node('a/1'), node('a/2')], 'a/1': [node('a/1/x')] };
  [asked, fired, hold] = [[], [], undefined];
  const nothing = { dispose: (): void => undefined };
  const server = {
    state: 'running',
    onState: () => nothing,
    refreshLenses: () => undefined,
    on: (_: string, hear: typeof change) => {
      const others = change;
      change = (params) => {
        others(params);
        hear(params);
      };
      return nothing;
    },
    request: async (_: string, { cursor, node: id, view }: { cursor: string; node: string; view: string }) => {
      asked.push(id + (cursor === '' ? '' : `+${cursor}`));
      const nodes = levels[id];
      await hold;
      if (nodes === undefined) {
        throw new Error(`${view} has no ${id}`);
      }
      const from = Number(cursor);
      return { nodes: nodes.slice(from, from + 3), ...(nodes.length > from + 3 ? { next: String(from + 3), more: 'Load more' } : {}) };
    },
  };
  change = () => undefined;
  showTrees(server as never);
  tree = registered.trees.get('calypso.connections') as unknown as typeof tree;
  tree.provider.onDidChangeTreeData((what) => {
    if (!Array.isArray(what) || what.length > 0) {
      fired.push([what].flat().map((line) => line?.node.id ?? 'all'));
    }
  });
});

/** Opens a node after the other, and gives all lines there are. */
async function open(...ids: string[]): Promise<Map<string, Line>> {
  const lines = new Map((await tree.provider.getChildren()).map((line) => [line.node.id, line]));
  for (const id of ids) {
    (await tree.provider.getChildren(lines.get(id))).forEach((line) => lines.set(line.node.id, line));
  }
  asked.length = 0;
  return lines;
}

test('what is the same is not told, what is open is asked for from above', async () => {
  await open('a', 'a/1');
  await changed();
  assert.deepEqual([asked, fired], [['', 'a', 'a/1'], []]);
});

test('a line that looks different is told alone, and stays the same object', async () => {
  const lines = await open('a', 'a/1');
  levels['a'] = [node('a/1', 'one'), node('a/2')];
  await changed('a');
  assert.deepEqual(fired, [['a/1']]);
  const now = await tree.provider.getChildren(lines.get('a'));
  assert.equal(now[0], lines.get('a/1'));
  assert.deepEqual(labels(now), ['one', 'a/2']);
});

test('while the server lists, all is known as it was; then the level with another line is told, and answered from memory', async () => {
  const lines = await open('a', 'a/1');
  levels[''] = [node('a'), node('b'), node('c')];
  let release = (): void => undefined;
  hold = new Promise((resolve) => (release = resolve));
  await changed();
  assert.deepEqual([fired, labels(await tree.provider.getChildren())], [[], ['a', 'b']]);
  release();
  hold = undefined;
  await settled();
  assert.deepEqual([fired, asked], [[['all']], ['', 'a', 'a/1']]);
  assert.deepEqual(labels(await tree.provider.getChildren()), ['a', 'b', 'c']);
  assert.deepEqual(await tree.provider.getChildren(lines.get('a')), [lines.get('a/1'), lines.get('a/2')]);
  assert.deepEqual(asked, ['', 'a', 'a/1']);
});

test('changes of several levels are told together', async () => {
  await open('a', 'a/1');
  levels = { '': [node('a', 'A'), node('b')], a: [node('a/1'), node('a/2'), node('a/3')], 'a/1': [node('a/1/x', 'X')] };
  await changed();
  assert.deepEqual(fired, [['a', 'a/1/x']]);
});

test('what is closed is asked for when it is opened again, and not before', async () => {
  const lines = await open('a', 'a/1');
  const a = lines.get('a') as Line;
  tree.collapse(a);
  assert.deepEqual(fired, [['a']]);
  levels['a'] = [node('a/3')];
  await changed();
  assert.deepEqual(asked, ['']);
  assert.deepEqual(labels(await tree.provider.getChildren(a)), ['a/3']);
});

test('a change while a level is listed has it listed once more', async () => {
  await open();
  let release = (): void => undefined;
  hold = new Promise((resolve) => (release = resolve));
  const first = tree.provider.getChildren((await tree.provider.getChildren())[0]);
  levels['a'] = [node('a/9')];
  await changed('a');
  release();
  hold = undefined;
  assert.deepEqual(labels(await first), ['a/1', 'a/2']);
  await settled();
  assert.deepEqual([asked, fired], [['a', 'a'], [['a']]]);
  assert.deepEqual(labels(await tree.provider.getChildren((await tree.provider.getChildren())[0])), ['a/9']);
});

test('a level that cannot be listed says why, and is tried again by a click; more of a long one comes by one', async () => {
  const lines = await open('a');
  delete levels['a'];
  await changed();
  const a = lines.get('a') as Line;
  const [failed] = await tree.provider.getChildren(a);
  assert.match(failed?.node.label ?? '', /has no a/);
  levels['a'] = ['1', '2', '3', '4'].map((n) => node(`a/${n}`));
  await tree.provider.again(failed as Line);
  const some = await tree.provider.getChildren(a);
  assert.deepEqual(labels(some), ['a/1', 'a/2', 'a/3', 'Load more']);
  await tree.provider.again(some[3] as Line);
  assert.deepEqual(labels(await tree.provider.getChildren(a)), ['a/1', 'a/2', 'a/3', 'a/4']);
});
