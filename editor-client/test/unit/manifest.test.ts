// package.json against itself and the code: what VS Code only says at run time, or not at all.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Commands } from '../../generated/protocol';

interface Manifest {
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  dependencies: Record<string, string>;
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; category?: string; enablement?: string }[];
    keybindings: { command: string; key: string; when: string }[];
    menus: Record<string, { command: string; when?: string; group?: string }[]>;
    viewsWelcome: { contents: string }[];
    configuration: { title: string; properties: Record<string, { scope?: string }> }[];
    grammars: { path: string }[];
  };
}

const folder = process.cwd(); // The runner starts tests in editor-client.
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const settings = Object.fromEntries(contributes.configuration.flatMap((page) => Object.entries(page.properties)));
const declared = new Set(contributes.commands.map((command) => command.command));

test('every command is declared once and registered', () => {
  assert.equal(declared.size, contributes.commands.length);
  const source = readFileSync(path.join(folder, 'src', 'commands.ts'), 'utf8');
  for (const name of declared) {
    const plain = name.replace('calypso.', '');
    const here = new RegExp(`^    ${plain}: `, 'm').test(source);
    const forwarded = (Commands as readonly string[]).includes(plain);
    assert.ok(here !== forwarded, `${name} isn't registered once, in commands.ts or by the server`);
    assert.ok(!name.startsWith('calypso.server.'), `${name}: the server's commands have that prefix`);
  }
});

test('every command is in the palette under Calypso', () => {
  assert.equal(contributes.menus['commandPalette'], undefined);
  for (const { command, category, title } of contributes.commands) {
    assert.equal(category, 'Calypso', command);
    assert.match(title, /^[A-Z][^.:…]*$/, command);
  }
  const ofTrees = contributes.menus['view/item/context'] ?? [];
  const inMenu = new Set(ofTrees.filter(({ group }) => group?.startsWith('inline') !== true).map((entry) => entry.command));
  // A button that shows under a pointer only needs a twin in the menu.
  assert.deepEqual(ofTrees.filter(({ command }) => !inMenu.has(command)), []);
});

test('every command is carried out by keyboard in a browser test', () => {
  const suites = JSON.parse(readFileSync(path.join(folder, 'test', 'browser', 'keyboard-commands.json'), 'utf8')) as Record<string, string[]>;
  assert.deepEqual([...new Set(Object.values(suites).flat().map((name) => `calypso.${name}`))].sort(), [...declared].sort());
  // Each suite is a step of npm test, and ends by comparing what it carried out with its list.
  const steps = readFileSync(path.join(folder, '..', 'scripts', 'steps.mjs'), 'utf8');
  for (const suite of Object.keys(suites)) {
    assert.ok(steps.includes(`browser('${suite}.test.mjs')`), suite);
    assert.match(readFileSync(path.join(folder, 'test', 'browser', `${suite}.test.mjs`), 'utf8'), /^by\.finish\(\);$/m, suite);
  }
});

test('keys, menus and welcome texts name commands that exist', () => {
  const used = [
    ...contributes.keybindings.map((key) => key.command),
    ...Object.values(contributes.menus).flatMap((entries) => entries.map((entry) => entry.command)),
    ...contributes.viewsWelcome.flatMap((view) => [...view.contents.matchAll(/command:(calypso\.[\w.]+)/g)].map((match) => match[1] ?? '')),
  ];
  // VS Code's own may be given a key or a place too; a tree's keys are for the lines that are selected there.
  assert.deepEqual(used.filter((command) => command.startsWith('calypso.') && command !== 'calypso.tree.key' && !declared.has(command)), []);
});

test('keys stand back for other languages and for a debugger', () => {
  for (const key of contributes.keybindings.filter(({ command }) => command !== 'calypso.tree.key')) {
    assert.match(key.when, /!inDebugMode/, key.key);
    assert.match(key.when, /editorLangId|resourceLangId|calypso\.running|notebookType == 'calypso-notebook'/, key.key);
  }
});

test('what starts a program is set by the machine alone', () => {
  assert.equal(settings['calypso.server.path']?.scope, 'machine');
  assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes('calypso.server.path'));
});

test('the extension is never started by everything', () => {
  assert.deepEqual(manifest.activationEvents.filter((event) => event === '*' || event === 'onStartupFinished'), []);
});

test('types are no newer than the engine, and versions are exact', () => {
  assert.equal(`^${manifest.devDependencies['@types/vscode']}`, manifest.engines.vscode);
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
});

test('the README has every setting', () => {
  const rows = readFileSync(path.join(folder, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('| `'));
  // A row may have several of a group, the first with its whole name.
  const listed = (name: string): boolean => {
    const dot = name.lastIndexOf('.');
    return rows.some((row) => row.includes(`\`${name}\``) || (row.startsWith(`| \`${name.slice(0, dot)}.`) && row.includes(`\`${name.slice(dot)}\``)));
  };
  assert.deepEqual(Object.keys(settings).filter((name) => !listed(name)), []);
});

test('grammars are there and are JSON', () => {
  for (const grammar of contributes.grammars) {
    const file = path.join(folder, grammar.path);
    assert.ok(existsSync(file), file);
    assert.doesNotThrow(() => JSON.parse(readFileSync(file, 'utf8')) as unknown);
  }
});

test('extension.ts stays a list of parts', () => {
  assert.ok(readFileSync(path.join(folder, 'src', 'extension.ts'), 'utf8').split('\n').length < 100);
});
