// docs/keys.md: every key and every command of the extension, written from its manifest by `node scripts/keys-page.mjs`; a test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { client, root } from './paths.mjs';

export const keysFile = path.join(root, 'docs', 'keys.md');

/** What VS Code's own commands are called that have a key of ours. */
const theirs = {
  'editor.action.formatDocument': 'Format Document',
  'notebook.cell.execute': 'Run the cell',
  'notebook.cell.cancelExecution': 'Stop the cell',
};

/** What the keys in trees do, by the name of what the server is asked for. */
const acts = { 'tree.rename': 'Rename', 'tree.remove': 'Remove', copyName: 'Copy the name' };

/** Where a key counts, of its condition. */
const places = [
  [/notebookType/, 'in a notebook'],
  [/focusedView == calypso\.connections/, 'in Connections'],
  [/focusedView == calypso\.history/, 'in History'],
  [/focusedView == calypso\.scratchPads/, 'in Scratch Pads'],
  [/focusedView == calypso\.chat|calypso\.chat/, 'in the chat'],
  [/focusedView == calypso\.results/, 'in Results'],
  [/calypso\.running/, 'while a query runs'],
  [/resourceLangId/, 'with a KQL document in front'],
  [/editorLangId/, 'in a KQL document'],
];

const written = (key) => key.split(' ').map((chord) => chord.split('+').map((part) => part[0].toUpperCase() + part.slice(1)).join('+')).join(' ');

function placeOf(when = '') {
  const found = places.find(([pattern]) => pattern.test(when));
  if (found === undefined) {
    throw new Error(`keys-page: where is a key that counts when ${when}?`);
  }
  return found[1];
}

/** The text of the page. */
export function keysPage() {
  const { contributes } = JSON.parse(readFileSync(path.join(client, 'package.json'), 'utf8'));
  const titles = Object.fromEntries(contributes.commands.map(({ command, title }) => [command, title]));
  const nameOf = ({ command, args }) => {
    const name = acts[args?.run] ?? titles[args?.run === undefined ? command : `calypso.${args.run}`] ?? theirs[command];
    if (name === undefined) {
      throw new Error(`keys-page: what does the key of ${command} ${JSON.stringify(args)} do?`);
    }
    return name;
  };
  const keys = contributes.keybindings.map((one) => `| ${written(one.key)}${one.mac === undefined ? '' : ` (macOS: ${written(one.mac)})`} | ${placeOf(one.when)} | ${nameOf(one)} |`);
  const hidden = new Set((contributes.menus.commandPalette ?? []).filter(({ when }) => when === 'false').map(({ command }) => command));
  const keyOf = (id) => contributes.keybindings.filter(({ command }) => command === id).map(({ key }) => written(key)).join(', ');
  const commands = contributes.commands.filter(({ command }) => !hidden.has(command)).sort((a, b) => a.title.localeCompare(b.title, 'en'));
  return `# Keys and commands

<!-- Written by node scripts/keys-page.mjs from editor-client/package.json. -->

Keys of the extension; [by keyboard](keyboard.md) has those inside its views, and VS Code's own, which work in KQL as in any language. All can
be changed in *Preferences: Open Keyboard Shortcuts*.

| key | where | does |
|---|---|---|
${keys.join('\n')}

## Commands
In the palette (**F1**) under *Calypso*. One that isn't listed there can't be run just now: the window isn't trusted, or nothing is open that
it is about.

| command | key | name in keybindings.json |
|---|---|---|
${commands.map(({ command, title }) => `| ${title} | ${keyOf(command)} | \`${command}\` |`).join('\n')}
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(keysFile, keysPage());
}
