// What a release stands on: checksums and their signature, the terms of what is shipped, the workflows. Run by `npm test -- release`.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { buildProgram } from './build.mjs';
import { checkChecksums, writeChecksums } from './checksums.mjs';
import { run } from './command.mjs';
import { acceptable, faults, goModules, notices, termsOf, unnoticed } from './notices.mjs';
import { checkRelease } from './package-check.mjs';
import { client, root } from './paths.mjs';
import { remove, temporary } from './temporary.mjs';

const folder = temporary();
after(() => remove(folder));

/** A ZIP archive with nothing in it. */
const minimalZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }), publicKey: publicKey.export({ type: 'spki', format: 'pem' }) };
};

test('a list is signed and holds; a changed file, list, signature or key is found', () => {
  const [ours, other] = [pair(), pair()];
  writeFileSync(path.join(folder, 'a.vsix'), 'one');
  writeFileSync(path.join(folder, 'b.vsix'), 'two');
  assert.equal(writeChecksums(folder, ['b.vsix', 'a.vsix'], ours.privateKey), true);
  assert.equal(readFileSync(path.join(folder, 'checksums.txt'), 'utf8').split('\n')[0], '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.vsix');
  assert.equal(checkChecksums(folder, ours.publicKey), 2);
  assert.throws(() => checkChecksums(folder, other.publicKey), /isn't this key's signature/);
  writeFileSync(path.join(folder, 'b.vsix'), 'changed');
  assert.throws(() => checkChecksums(folder, ours.publicKey), /b\.vsix isn't the file/);
  writeFileSync(path.join(folder, 'b.vsix'), 'two');
  writeFileSync(path.join(folder, 'checksums.txt'), readFileSync(path.join(folder, 'checksums.txt'), 'utf8').replace('a.vsix', 'c.vsix'));
  assert.throws(() => checkChecksums(folder, ours.publicKey), /isn't this key's signature/);
});

test('without a key the list is there and no old signature beside it', () => {
  assert.equal(writeChecksums(folder, ['a.vsix'], ''), false);
  assert.equal(checkChecksums(folder), 1);
  assert.throws(() => checkChecksums(folder, pair().publicKey), /isn't signed/);
});

test('a key that is none is refused without quoting it', () => {
  assert.throws(() => writeChecksums(folder, ['a.vsix'], 'hunter2'), (error) => !error.message.includes('hunter2') && /Ed25519/.test(error.message));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  assert.throws(() => writeChecksums(folder, ['a.vsix'], rsa), /of the type rsa/);
});

test('terms are read, and what may not be shipped stops the build', () => {
  assert.deepEqual(termsOf('Permission is hereby granted, free of charge, to any person obtaining a copy'), ['MIT']);
  assert.deepEqual(termsOf('GNU LESSER GENERAL PUBLIC LICENSE'), ['GPL']);
  assert.equal(acceptable('(MPL-2.0 OR Apache-2.0)'), true);
  assert.equal(acceptable('MIT AND GPL-3.0'), false);
  const one = { name: 'x', version: '1', texts: ['…'] };
  assert.match(faults([{ ...one, terms: ['MIT', 'GPL'] }])[0], /MIT, GPL/);
  assert.match(faults([{ ...one, terms: [] }])[0], /none that are known/);
  assert.match(faults([{ ...one, terms: '' }])[0], /none that are known/);
  assert.match(faults([{ ...one, terms: 'MIT', texts: [] }])[0], /no file with its terms/);
});

test('every module of the program may be shipped, and none reports on its users', async () => {
  const modules = await goModules([{ GOOS: 'linux', GOARCH: 'amd64' }, { GOOS: 'windows', GOARCH: 'amd64' }, { GOOS: 'darwin', GOARCH: 'arm64' }]);
  assert.deepEqual(faults(modules), []);
  assert.ok(modules.length > 20);
  const tell = /opentelemetry|applicationinsights|appinsights|sentry|segmentio\/analytics|mixpanel|amplitude|posthog|datadog|google.*analytics/i;
  assert.deepEqual(modules.map((module) => module.name).filter((name) => tell.test(name)), []);
  const manifest = JSON.parse(readFileSync(path.join(client, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(manifest.dependencies).filter((name) => tell.test(name) || /telemetry/.test(name)), []);
  const sources = readdirSync(path.join(client, 'src'), { recursive: true }).filter((file) => /\.ts$/.test(file));
  const reporting = sources.filter((file) => /createTelemetryLogger|TelemetryReporter|telemetry\/event|sendBeacon/.test(readFileSync(path.join(client, 'src', file), 'utf8')));
  assert.deepEqual(reporting, []);
});

test('the notices name what the linker put into each program, and what the bundles took', async () => {
  const platforms = [{ GOOS: 'linux', GOARCH: 'amd64' }, { GOOS: 'windows', GOARCH: 'arm64' }];
  const inputs = [path.join(root, 'node_modules', 'echarts', 'core.js'), path.join(root, 'node_modules', '@tanstack', 'virtual-core', 'dist', 'esm', 'index.js')];
  const text = await notices({ inputs, platforms });
  for (const platform of platforms) {
    const program = await buildProgram({ output: path.join(folder, platform.GOOS), platform });
    assert.deepEqual(await unnoticed(program, text), []);
    assert.deepEqual(await unnoticed(program, text.replace(/^github\.com\/yuin\/goldmark .*$/m, '')), [/dep\t(github\.com\/yuin\/goldmark)\t(\S+)/.exec(await run('go', ['version', '-m', program])).slice(1).join(' ')]);
  }
  for (const name of ['echarts', '@tanstack/virtual-core', '@vscode/codicons']) {
    const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8'));
    assert.ok(text.includes(`\n${name} ${version} (`), name);
  }
});

test('a release that lacks a package, or whose package is no package, is told', () => {
  const release = path.join(folder, 'release');
  mkdirSync(release);
  writeFileSync(path.join(release, 'calypso-1.0.0-linux-x64.vsix'), minimalZip);
  writeChecksums(release, [], '');
  const told = checkRelease(release, ['linux-x64', 'darwin-arm64']);
  for (const fault of ['darwin-arm64: 0 packages', 'calypso-1.0.0-linux-x64.vsix: bin/calypso: missing', 'calypso-1.0.0-linux-x64.vsix: not in checksums.txt']) {
    assert.ok(told.includes(fault), `${fault} isn't among ${told.join('\n')}`);
  }
});

test('workflows: foreign steps by commit, no secret in a command, the least of rights', () => {
  const home = path.join(root, '.github', 'workflows');
  for (const file of readdirSync(home)) {
    const text = readFileSync(path.join(home, file), 'utf8');
    for (const line of text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))) {
      assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
    }
    assert.doesNotMatch(text, /run:.*\$\{\{/, `${file}: an expression in a command`);
    assert.match(text, /^permissions:\n {2}contents: read$/m, file);
  }
});
