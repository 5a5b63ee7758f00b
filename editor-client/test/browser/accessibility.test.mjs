// Every state of our views in VS Code's four themes: axe finds nothing serious, and who goes through by Tab sees where the keyboard is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { violations } from './axe.mjs';
import { pages } from './chart-page.mjs';
import { unseen, unseenNow } from './focus.mjs';
import { inEach, views } from './states.mjs';
import { names, themes } from './themes.mjs';

const shots = process.env.CALYPSO_PICTURES;
const own = pages();

const theme = ({ kind }) => kind.split(' ')[0].replace('vscode-', '');

for (const one of themes) {
  for (const view of views) {
    test(`${theme(one)}, ${view.name}: axe, and the ring of the keyboard`, { timeout: 600_000 }, async () => {
      const faults = [];
      await inEach(own.browser, { ...one, server: own.server }, async (page, state) => {
        if (shots !== undefined) {
          await page.screenshot({ path: path.join(shots, `${state.replace(/\W+/g, '-')}-${theme(one)}.png`) });
        }
        const what = `${state}, ${theme(one)}`;
        faults.push(...(await violations(page, what)));
        // A menu keeps the keyboard to itself.
        faults.push(...(await (/menu|header/.test(state) ? unseenNow : unseen)(page, what)));
      }, (other) => other === view);
      assert.deepEqual(faults, []);
    });
  }
}

test('the themes of these tests have every colour that a style sheet names', () => {
  const sheets = ['chart', 'results', 'notebook', 'chat'].map((name) => readFileSync(new URL(`../../media/${name}.css`, import.meta.url), 'utf8'));
  const named = [...sheets.join('').matchAll(/--vscode-([\w-]+)/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].filter((name) => !names.has(name)), []);
});
