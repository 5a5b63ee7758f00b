/** Colours and letters of VS Code's theme, for what is painted. */
export type Theme = ReturnType<typeof currentTheme>;

const palette = ['charts-blue', 'charts-orange', 'charts-green', 'charts-purple', 'charts-red', 'charts-yellow']
  .concat(['Cyan', 'Magenta', 'BrightBlue', 'BrightGreen'].map((name) => `terminal-ansi${name}`));

/** VS Code's orange is half transparent in some themes, and then hard to see. */
const opaque = (colour: string): string => colour.replace(/^(#[\da-f]{6})[\da-f]{2}$/i, '$1').replace(/^rgba\((.*),[^,]*\)$/, 'rgb($1)');

export function currentTheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (...names: string[]): string => names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? '';
  const text = read('charts-foreground', 'editor-foreground', 'foreground');
  const colours = palette.map((name) => opaque(read(name))).filter((colour) => colour !== '');
  return {
    // A saved SVG has the font in an attribute, as it is: double quotes would end that.
    font: { color: text, fontFamily: read('font-family').replaceAll('"', "'") || 'sans-serif', fontSize: Math.max(parseInt(read('font-size'), 10) || 13, 9) - 1 },
    faint: read('descriptionForeground', 'foreground'),
    line: read('editorWidget-border', 'panel-border', 'foreground'),
    back: read('editor-background'),
    hover: read('editorHoverWidget-background', 'editorWidget-background', 'editor-background'),
    alert: read('editorError-foreground', 'charts-red'),
    palette: colours.length > 0 ? colours : [text],
    /** Patterns as well as colours. */
    contrast: document.body.className.includes('high-contrast') || matchMedia('(prefers-contrast: more), (forced-colors: active)').matches,
  };
}
