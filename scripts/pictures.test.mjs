// The pictures and the page that shows them: each of its shape, small enough, and none lies about that no screen has.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { client, root } from './paths.mjs';
import { all, fileOf, page, pageFile } from './pictures-page.mjs';

const budget = 250_000; // Bytes of a picture.
const themesOf = (screen) => ['dark', 'light', ...(screen.contrast === true ? ['contrast', 'contrast-light'] : [])];
const files = all.flatMap((screen) => themesOf(screen).map((theme) => ({ screen, file: fileOf(screen, theme) })));

test('docs/pictures.md is what npm run picture writes', () => {
  assert.equal(readFileSync(pageFile, 'utf8'), page());
});

test('each picture has the shape of its screen and is small enough', () => {
  for (const { screen, file } of files.filter(({ file }) => existsSync(file))) {
    const bytes = readFileSync(file);
    assert.ok(bytes.length <= budget, `${file} has ${bytes.length} bytes`);
    if (screen.size !== undefined) {
      assert.equal(bytes.readUInt32BE(16) / bytes.readUInt32BE(20), screen.size.width / screen.size.height, file);
    }
  }
});

test('no other picture is there, and no page names one that is not', () => {
  const there = ['docs/images', 'editor-client/media', 'editor-client/media/walkthrough'].flatMap((folder) => pictures(path.join(root, folder)));
  assert.deepEqual(there.filter((file) => !files.some((known) => known.file === file)), []);
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true }).filter((name) => name.endsWith('.md')).map((name) => path.join(root, 'docs', name));
  for (const file of [...docs, path.join(root, 'README.md'), path.join(client, 'README.md')]) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/\]\(([^)]+\.png)\)/g)) {
      assert.ok(existsSync(path.resolve(path.dirname(file), target)), `${file} shows ${target}`);
    }
  }
});

const pictures = (folder) => readdirSync(folder).map((name) => path.join(folder, name)).filter((file) => file.endsWith('.png') && statSync(file).isFile());
