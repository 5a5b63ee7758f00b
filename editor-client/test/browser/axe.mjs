// axe-core over a view: what it finds serious or critical is a fault. It is put into the page by the browser's own tools, so
// that the view's content policy stands as it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8');

/** Fails with what axe finds in a page or a frame. */
export async function accessible(...of) {
  assert.deepEqual(await violations(...of), []);
}

/**
 * What axe finds; `what` names the screen. A view in the editor lets through what is behind it, which axe doesn't see: `ground` is the
 * theme's name of that colour.
 */
export async function violations(frame, what, ground) {
  if (!(await frame.evaluate(() => 'axe' in window))) {
    await frame.evaluate(source);
  }
  const { violations, passes } = await frame.evaluate((ground) => {
    if (ground !== undefined) {
      document.documentElement.style.background = `var(--vscode-${ground}, var(--vscode-editor-background))`;
    }
    return window.axe.run(document, { resultTypes: ['violations'], preload: false }); // else it fetches style sheets, against the view's policy
  }, ground);
  assert.ok(passes.length > 0, `${what}: axe had nothing to look at`);
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${what}: ${id} ${node.html.slice(0, 200)} ${node.failureSummary}`));
}
