// npm test: every test there is, each step with its seconds. `npm test -- browser lspcheck` runs the steps whose names begin
// so, and what they need. A step that couldn't run is framed with its reason and cure; in CI it counts as failed.
import { checkToolchain, installPackages } from './toolchain.mjs';

const strict = process.env.CI === 'true' || process.env.CI === '1' || process.env.CALYPSO_REQUIRE_BROWSER === '1';

let hung = false;
const counts = { passed: 0, failed: 0, skipped: 0 };

async function main(wanted) {
  await checkToolchain();
  await installPackages();
  const { steps } = await import('./steps.mjs');
  const chosen = steps.filter(
    (step) => wanted.length === 0 || wanted.some((name) => step.name.startsWith(name)) || (step.name === 'build' && wanted.some(needsBuild)),
  );
  if (chosen.length === 0) {
    throw new Error(`no step is called ${wanted.join(' or ')}: there are ${steps.map((step) => step.name).join(', ')}`);
  }
  for (const step of chosen) {
    await perform(step);
  }
}

const needsBuild = (name) => /^(browser|package|neovim|emacs|sarif|mcp|model)/.test(name);

// No step takes so long: one that hangs counts as failed, and the others still have their turn.
const limit = 75 * 60_000;

async function perform({ name, run }) {
  const started = performance.now();
  console.log(`▶ ${name}`);
  let outcome;
  let lines = [];
  try {
    const result = await inTime(run());
    const skipped = typeof result === 'object' ? result?.skipped : undefined;
    outcome = skipped === undefined ? 'passed' : strict ? 'failed' : 'skipped';
    if (skipped !== undefined) {
      lines = [`SKIPPED: ${name}`, `reason: ${skipped}`, `cure:   ${result.cure}`, ...(strict ? ['In CI a skipped step is a failure.'] : [])];
    }
  } catch (error) {
    outcome = 'failed';
    lines = [`FAILED: ${name}`, error.message, ...String(error.output ?? '').trimEnd().split('\n').slice(-400)];
  }
  counts[outcome]++;
  if (lines.length > 0) {
    frame(lines);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${{ passed: '✔', failed: '✖', skipped: '–' }[outcome]} ${name} (${seconds} s)`);
}

function inTime(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      hung = true;
      reject(new Error(`it didn't end within ${limit / 60_000} minutes`));
    }, limit);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function frame(lines) {
  console.log(`┌${'─'.repeat(78)}`);
  for (const line of lines) {
    console.log(`│ ${line}`);
  }
  console.log(`└${'─'.repeat(78)}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  counts.failed++;
  frame([error.message, ...String(error.output ?? '').trimEnd().split('\n').slice(-60)]);
}
process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
if (hung) {
  process.exit(); // what hangs would keep us here
}
