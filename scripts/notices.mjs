// ThirdPartyNotices.txt: whose work is in a package, and under which terms. Made at each build from what is linked and bundled: the
// modules of the program for every platform we pack for, Go's own library, the npm packages that the bundles took something from.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { root } from './paths.mjs';

/** Terms that a package may bring; all others stop the build. */
export const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC-BY-4.0', 'ISC', 'MIT', 'MIT-0', 'Unlicense'];

const marks = [
  ['Apache-2.0', /Apache License,?\s+Version 2\.0/],
  ['MIT', /Permission is hereby granted, free of charge, to any person obtaining a copy/],
  ['BSD-3-Clause', /Redistribution and use in source and binary forms[\s\S]*(Neither the names? of|names? of its contributors may)/],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms(?![\s\S]*(Neither the names? of|names? of its contributors may))/],
  ['ISC', /Permission to use, copy, modify, and\/or distribute this software for any\s+purpose with or without fee/],
  ['CC-BY-4.0', /Attribution 4\.0 International/],
  ['MPL-2.0', /Mozilla Public License,? [Vv]ersion 2\.0/],
  ['GPL', /GNU (LESSER |AFFERO |LIBRARY )?GENERAL PUBLIC LICENSE/i],
];

/** The terms that a text states; none when it is not known. */
export function termsOf(text) {
  return marks.filter(([, mark]) => mark.test(text)).map(([name]) => name);
}

/** True when the terms that a package.json names can be chosen so that all are allowed: "(MPL-2.0 OR Apache-2.0)". */
export function acceptable(expression) {
  return expression.replace(/[()]/g, ' ').split(/\bOR\b/).some((choice) => choice.split(/\bAND\b/).every((name) => allowed.includes(name.trim())));
}

const licenceFile = /^(licen[cs]e|copying|notice|unlicense)(-[\w.]+)?(\.(txt|md))?$/i;

function textsIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
    .map((entry) => ({ file: path.join(folder, entry.name), text: readFileSync(path.join(folder, entry.name), 'utf8').replaceAll('\r\n', '\n').trim() }));
}

/** The modules linked into the program on these platforms, as {name, version, terms, texts}. Packages inside a module may have terms of their own. */
export async function goModules(platforms) {
  const modules = new Map();
  for (const platform of platforms) {
    const list = await run('go', ['list', '-deps', '-f', '{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}\t{{.Dir}}', './cmd/calypso'], { cwd: root, env: { CGO_ENABLED: '0', ...platform } });
    for (const line of list.split('\n')) {
      const [name, version, home, folder] = line.split('\t');
      if (name === '' || version === undefined || version === '') {
        continue; // Go's own, or ours.
      }
      const module = modules.get(name) ?? { name, version, files: new Map() };
      modules.set(name, module);
      for (let at = folder; at.startsWith(home); at = path.dirname(at)) {
        for (const { file, text } of textsIn(at)) {
          module.files.set(file, text);
        }
      }
    }
  }
  const goroot = (await run('go', ['env', 'GOROOT'], { cwd: root })).trim();
  const version = (await run('go', ['env', 'GOVERSION'], { cwd: root })).trim();
  const own = { name: 'Go standard library and runtime', version, files: new Map(textsIn(goroot).map(({ file, text }) => [file, text])) };
  return [own, ...[...modules.values()].sort((a, b) => (a.name < b.name ? -1 : 1))].map(({ name, version, files }) => {
    const texts = [...new Set(files.values())];
    return { name, version, terms: [...new Set(texts.flatMap(termsOf))], texts };
  });
}

/** The npm packages that these files of a bundle belong to, and those whose files are copied. */
export function npmPackages(inputs, copied = ['@vscode/codicons']) {
  const folders = new Set(copied.map((name) => path.join(root, 'node_modules', name)));
  for (const input of inputs) {
    const inside = /^(.*\/?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (inside !== null) {
      folders.add(inside[1]);
    }
  }
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return { name, version, terms: typeof license === 'string' ? license : '', texts: textsIn(folder).map(({ text }) => text) };
  });
}

/** What is wrong with the terms of these packages; [] when nothing is. */
export function faults(packages) {
  return packages.flatMap(({ name, version, terms, texts }) => {
    const known = typeof terms === 'string' ? acceptable(terms) : terms.length > 0 && terms.every((term) => allowed.includes(term));
    const said = typeof terms === 'string' ? terms : terms.join(', ');
    return [
      ...(known ? [] : [`${name} ${version}: its terms (${said === '' ? 'none that are known' : said}) aren't among ${allowed.join(', ')}`]),
      ...(texts.length > 0 ? [] : [`${name} ${version}: it has no file with its terms`]),
    ];
  });
}

/** The modules that the linker put into a program and that a file of notices doesn't name with their version. */
export async function unnoticed(program, text) {
  const told = await run('go', ['version', '-m', program], { cwd: root });
  const modules = [...told.matchAll(/^\tdep\t(\S+)\t(\S+)/gm)].map(([, name, version]) => `${name} ${version}`);
  if (modules.length === 0) {
    throw new Error(`${program} doesn't say which modules are in it`);
  }
  return modules.filter((module) => !text.includes(`\n${module} (`));
}

/** The whole file. Throws when a package may not be in it. */
export async function notices({ inputs, platforms }) {
  const packages = [...(await goModules(platforms)), ...npmPackages(inputs)];
  const wrong = faults(packages);
  if (wrong.length > 0) {
    throw new Error(`these packages can't be shipped:\n${wrong.join('\n')}`);
  }
  const own = path.join(root, 'NOTICE');
  const line = '='.repeat(80);
  return [
    'Calypso contains work of others, under the terms that follow.',
    ...(existsSync(own) ? [`${line}\n${readFileSync(own, 'utf8').trim()}`] : []),
    ...packages.map(({ name, version, terms, texts }) => `${line}\n${name} ${version} (${typeof terms === 'string' ? terms : terms.join(', ')})\n\n${texts.join('\n\n')}`),
  ].join('\n\n') + '\n';
}
