// The search for the program: each step, and each way it can go wrong, with the sentence a person reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryError, findBinary, type Machine, type Search } from '../../src/server/binary';

interface Fake {
  files?: Record<string, 'x' | '-' | 'folder'>;
  version?: string | Error;
  platform?: string;
  path?: string;
}

function machine(fake: Fake): Machine & { made: string[] } {
  const files = fake.files ?? {};
  const made: string[] = [];
  return {
    made,
    platform: fake.platform ?? 'linux',
    arch: 'x64',
    pathVariable: fake.path ?? '/usr/local/bin:/usr/bin',
    kind: (file) => Promise.resolve(files[file] === undefined ? 'missing' : files[file] === 'folder' ? 'other' : 'file'),
    executable: (file) => Promise.resolve(files[file] === 'x' || made.includes(file)),
    makeExecutable: (file) => {
      made.push(file);
      return Promise.resolve();
    },
    version: () => {
      const version = fake.version ?? '{"version":"0.1.0","protocol":1}';
      return version instanceof Error ? Promise.reject(version) : Promise.resolve(version);
    },
  };
}

const search: Search = { setting: '', extensionPath: '/ext', protocol: 1 };

test('the setting comes before the extension, the extension before the PATH', async () => {
  const files = { '/mine/calypso': 'x', '/ext/bin/calypso': 'x', '/usr/bin/calypso': 'x' } as const;
  assert.equal((await findBinary({ ...search, setting: '/mine/calypso' }, machine({ files }))).from, 'setting');
  assert.equal((await findBinary(search, machine({ files }))).file, '/ext/bin/calypso');
  const onPath = await findBinary(search, machine({ files: { '/usr/bin/calypso': 'x' } }));
  assert.deepEqual(onPath, { file: '/usr/bin/calypso', version: '0.1.0', from: 'path' });
});

test('a PATH entry that may not be executed or is relative is passed by', async () => {
  const files = { '/usr/local/bin/calypso': '-', 'bin/calypso': 'x', '/usr/bin/calypso': 'x' } as const;
  assert.equal((await findBinary(search, machine({ files, path: 'bin:/usr/local/bin:/usr/bin' }))).file, '/usr/bin/calypso');
});

test('Windows has its own name and separator', async () => {
  const files = { '/tools/calypso.exe': 'x' } as const;
  assert.equal((await findBinary(search, machine({ files, platform: 'win32', path: '/a;/tools' }))).file, '/tools/calypso.exe');
});

test("the extension's own program gets its x bit back, others don't", async () => {
  const bundled = machine({ files: { '/ext/bin/calypso': '-' } });
  await findBinary(search, bundled);
  assert.deepEqual(bundled.made, ['/ext/bin/calypso']);
  const mine = machine({ files: { '/mine/calypso': '-' } });
  await assert.rejects(findBinary({ ...search, setting: '/mine/calypso' }, mine), /may not be executed: chmod \+x it/);
  assert.deepEqual(mine.made, []);
});

const faults: readonly (readonly [string, Partial<Search>, Fake, RegExp])[] = [
  ['no program at all', {}, {}, /^no calypso program for linux-x64: install .* or put calypso on the PATH, or .* calypso\.server\.path$/],
  ['a setting that leads nowhere', { setting: '/gone' }, { files: { '/ext/bin/calypso': 'x' } }, /named by calypso\.server\.path, \/gone, isn't there/],
  ['a setting that names a folder', { setting: '/dir' }, { files: { '/dir': 'folder' } }, /\/dir, isn't a file/],
  ['a program for another platform', {}, { files: { '/ext/bin/calypso': 'x' }, version: new Error('ENOEXEC') }, /doesn't run here \(ENOEXEC\)/],
  ['another program of that name', {}, { files: { '/ext/bin/calypso': 'x' }, version: 'calypso 3 (music)' }, /doesn't answer "version --json"/],
  ['an answer of another shape', {}, { files: { '/ext/bin/calypso': 'x' }, version: '{"version":1}' }, /doesn't answer "version --json"/],
  ['another protocol', {}, { files: { '/ext/bin/calypso': 'x' }, version: '{"version":"9.0","protocol":7}' }, /speaks protocol 7, this extension 1: update/],
];

for (const [name, change, fake, message] of faults) {
  test(name, async () => {
    await assert.rejects(findBinary({ ...search, ...change }, machine(fake)), (error: unknown) => {
      assert.ok(error instanceof BinaryError);
      assert.match(error.message, message);
      return true;
    });
  });
}
