// Which pictures there are, where they lie, and docs/pictures.md, the page that shows them all: `npm run picture` writes it, a test
// compares it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { kindsScreens } from '../editor-client/test/browser/kinds.mjs';
import { screens } from '../editor-client/test/browser/screens.mjs';
import { client, root } from './paths.mjs';

export const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast', 'contrast-light': 'Default High Contrast Light' };

export const pageFile = path.join(root, 'docs', 'pictures.md');

export const all = [...screens, ...kindsScreens];

/** What the package shows lies in its media folder, what only the docs show beside them. */
export const fileOf = (screen, theme) => path.join(screen.media === true ? path.join(client, 'media') : path.join(root, 'docs', 'images'), `${screen.name}-${theme}.png`);

/** The text of the page, over the pictures that are there. */
export function page() {
  const there = (left, right) => (screen) => [left, right].every((theme) => existsSync(fileOf(screen, theme)));
  const image = (screen, theme, words) => `![${screen.shows}${words}](${path.relative(path.dirname(pageFile), fileOf(screen, theme)).replaceAll(path.sep, '/')})`;
  const row = (screen, left, right) => `| ${screen.title} | ${image(screen, left, '')} | ${image(screen, right, `, ${right.replace('contrast-', '')}`)} |`;
  return `# Pictures

Each screen in VS Code's dark and light themes, on the sample data, and what we draw ourselves in high contrast. \`npm run picture\` takes them
anew and writes this page.

| | dark | light |
|---|---|---|
${all.filter(there('dark', 'light')).map((screen) => row(screen, 'dark', 'light')).join('\n')}

## High contrast

| | dark | light |
|---|---|---|
${all.filter(there('contrast', 'contrast-light')).map((screen) => row(screen, 'contrast', 'contrast-light')).join('\n')}
`;
}
