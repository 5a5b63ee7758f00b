/** Draws a result below a cell of a notebook: its first rows, how many there are, and a button that opens all of them. */
import type { NotebookOutput, NotebookTable } from '../protocol.gen';
import { button, element } from './dom';

interface Context {
  postMessage?(message: { result: string }): void;
}

const style = `
.calypso table { border-collapse: collapse; font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
.calypso .rows { max-height: 24em; overflow: auto; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
.calypso .rows:focus-visible, .calypso button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.calypso th, .calypso td { padding: 2px 10px; text-align: left; white-space: pre; border-bottom: 1px solid var(--vscode-editorWidget-border, transparent); max-width: 40em; overflow: hidden; text-overflow: ellipsis; }
.calypso th { position: sticky; top: 0; background: var(--vscode-editorWidget-background); font-weight: 600; }
.calypso .number { text-align: right; }
.calypso p { margin: 4px 0 10px; color: var(--vscode-descriptionForeground); }
.calypso button { margin-left: 10px; padding: 0; border: 0; background: none; color: var(--vscode-textLink-foreground); font: inherit; cursor: pointer; }
.calypso button:hover { text-decoration: underline; }`;

export function activate(context: Context): { renderOutputItem(item: { json(): unknown }, host: HTMLElement): void } {
  return {
    renderOutputItem(item, host) {
      const output = item.json() as NotebookOutput;
      const open = (): void => context.postMessage?.({ result: output.result });
      const parts = output.tables.map((table) => draw(table, output.ms, open));
      host.replaceChildren(element('style', {}, style), element('div', { class: 'calypso' }, ...parts));
    },
  };
}

function draw({ title, columns, rows, summary }: NotebookTable, ms: number, open: () => void): HTMLElement {
  const kind = columns.map(({ type }) => (['int', 'long', 'real', 'decimal'].includes(type) ? 'number' : undefined));
  const head = element('tr', {}, ...columns.map(({ name, type }, i) => element('th', { scope: 'col', class: kind[i], title: type }, name)));
  const body = rows.map((row) => element('tr', {}, ...row.map((cell, i) => element('td', { class: kind[i] }, cell))));
  const table = element('table', { 'aria-label': title ?? 'Result' }, element('thead', {}, head), element('tbody', {}, ...body));
  const more = button({ label: 'Open all rows in Results', text: 'Open in Results', act: open });
  const grid = columns.length === 0 ? [] : [element('div', { class: 'rows', tabindex: 0, role: 'region', 'aria-label': `${title ?? 'Result'}, ${summary}` }, table)];
  return element('section', {}, ...(title === undefined ? [] : [element('h4', {}, title)]), ...grid, element('p', {}, `${summary} · ${ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`}`, more));
}
