// What the pages say of other things is so: links lead somewhere, commands, settings and flags that they name are there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { run } from './command.mjs';
import { keysFile, keysPage } from './keys-page.mjs';
import { client, root } from './paths.mjs';

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'STYLE.md'].map((name) => path.join(root, name)),
  ...['README.md', 'CHANGELOG.md'].map((name) => path.join(client, name)),
  ...readdirSync(path.join(root, 'docs'), { recursive: true }).filter((name) => name.endsWith('.md')).map((name) => path.join(root, 'docs', name)),
];
const text = Object.fromEntries(pages.map((page) => [page, readFileSync(page, 'utf8')]));
const named = (page) => path.relative(root, page);
const withoutCode = (page) => text[page].replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
const { contributes } = JSON.parse(readFileSync(path.join(client, 'package.json'), 'utf8'));

/** The name by which a heading is linked, as GitHub makes it. */
const anchor = (heading) => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');

test('every link of the pages leads to a file, and to a heading of it', () => {
  const broken = [];
  for (const page of pages) {
    for (const [, target] of withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|command:)/.test(target)) {
        continue;
      }
      const [file, part] = target.split('#');
      const at = file === '' ? page : path.resolve(path.dirname(page), file);
      if (!existsSync(at)) {
        broken.push(`${named(page)}: ${target}`);
      } else if (part !== undefined && statSync(at).isFile() && ![...readFileSync(at, 'utf8').matchAll(/^#+ (.*)$/gm)].some(([, heading]) => anchor(heading) === part)) {
        broken.push(`${named(page)}: ${target} has no such heading`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

test('every command that the pages name is in the palette', () => {
  const titles = contributes.commands.map(({ title }) => title);
  const unknown = pages.flatMap((page) => [...withoutCode(page).matchAll(/\*Calypso: ([^*]+)\*/g)].filter(([, title]) => !titles.includes(title.replace(/\s+/g, ' '))).map(([said]) => `${named(page)}: ${said}`));
  assert.deepEqual(unknown, []);
});

test('every setting that the pages name is there', () => {
  const settings = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
  const views = Object.values(contributes.views).flat().map(({ id }) => id);
  const commands = contributes.commands.map(({ command }) => command);
  const known = (name) => settings.includes(name) || settings.some((setting) => setting.startsWith(`${name}.`)) || views.includes(name) || commands.includes(name) || /^calypso\.(server\.|toml$)/.test(name);
  const unknown = pages.flatMap((page) => [...text[page].matchAll(/`(calypso\.[a-zA-Z.]+[a-zA-Z])`/g)].filter(([, name]) => !known(name)).map(([, name]) => `${named(page)}: ${name}`));
  assert.deepEqual(unknown, []);
});

test('every command line of the pages has a command and flags that the program knows', async () => {
  const help = new Map();
  const helpOf = async (words) => {
    const key = words.join(' ');
    if (!help.has(key)) {
      help.set(key, await run('go', ['run', './cmd/calypso', ...words, '--help'], { cwd: root }).catch(() => ''));
    }
    return help.get(key);
  };
  const top = await helpOf([]);
  const wrong = [];
  let seen = 0;
  for (const page of pages) {
    const lines = [...text[page].matchAll(/^\s*(?:\$ )?(?:[^`\n]*\| )?(?:bin\/)?(calypso [a-z][^\n]*)$/gm)].map(([, line]) => line);
    const inline = [...text[page].matchAll(/`(calypso [a-z][^`\n]*)`/g)].map(([, line]) => line);
    for (const line of [...lines, ...inline]) {
      seen++;
      const plain = line.replace(/'[^']*'|"[^"]*"/g, 'X').replace(/#.*$/, '');
      const [, command, sub] = plain.split(/\s+/);
      if (!new RegExp(`^\\s+${command}\\b`, 'm').test(top)) {
        wrong.push(`${named(page)}: ${line}`);
        continue;
      }
      const own = await helpOf([command]);
      const known = own + (sub !== undefined && /^[a-z]+$/.test(sub) && new RegExp(`^\\s+${sub}\\b`, 'm').test(own) ? await helpOf([command, sub]) : '');
      for (const [flag] of plain.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
        if (!new RegExp(`${flag}\\b`).test(known) && flag !== '--help') {
          wrong.push(`${named(page)}: ${line}: ${flag}`);
        }
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(seen > 60, `${seen} command lines were found`);
});

test('docs/keys.md is what its generator writes', () => {
  assert.equal(readFileSync(keysFile, 'utf8'), keysPage(), 'run: node scripts/keys-page.mjs');
});
