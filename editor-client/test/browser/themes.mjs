// The variables of VS Code's default themes that the Results view uses, for pages without VS Code around them.
export const dark = {
  foreground: '#cccccc', 'font-family': 'sans-serif', 'font-size': '13px', 'editor-font-family': 'monospace', 'editor-font-size': '13px',
  'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', 'panel-border': '#2b2b2b', focusBorder: '#0078d4',
  'panelTitle-activeForeground': '#cccccc', 'panelTitle-inactiveForeground': '#9d9d9d', 'panelTitle-activeBorder': '#0078d4',
  'toolbar-hoverBackground': '#5a5d5e50', 'inputOption-activeBackground': '#2489db82', 'inputOption-activeForeground': '#ffffff', 'inputOption-activeBorder': '#2488db',
  'input-foreground': '#cccccc', 'input-background': '#313131', 'input-border': '#3c3c3c', 'input-placeholderForeground': '#989898',
  'editorWidget-background': '#202020', 'editorWidget-border': '#313131', descriptionForeground: '#9d9d9d', 'editorLineNumber-foreground': '#6e7681',
  'list-hoverBackground': '#2a2d2e', 'editor-selectionBackground': '#264f78', 'editor-inactiveSelectionBackground': '#3a3d41',
  'editorError-foreground': '#f14c4c', 'editorWarning-foreground': '#cca700', 'button-foreground': '#ffffff', 'button-background': '#0078d4', 'button-hoverBackground': '#026ec1',
  'button-secondaryForeground': '#cccccc', 'button-secondaryBackground': '#313131', 'button-secondaryHoverBackground': '#3c3c3c', 'progressBar-background': '#0078d4', 'sash-hoverBorder': '#0078d4',
};

Object.assign(dark, {
  'charts-foreground': '#cccccc', 'charts-blue': '#59a4f9', 'charts-orange': '#d18616', 'charts-green': '#89d185', 'charts-purple': '#ad80d7', 'charts-red': '#f14c4c', 'charts-yellow': '#cca700',
  'terminal-ansiCyan': '#29b8db', 'terminal-ansiMagenta': '#bc3fbc', 'terminal-ansiBrightBlue': '#3b8eea', 'terminal-ansiBrightGreen': '#23d18b',
});

export const light = {
  ...dark,
  foreground: '#3b3b3b', 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', 'panel-border': '#e5e5e5', focusBorder: '#005fb8',
  'panelTitle-activeForeground': '#3b3b3b', 'panelTitle-inactiveForeground': '#3b3b3b', 'panelTitle-activeBorder': '#005fb8',
  'toolbar-hoverBackground': '#b8b8b850', 'inputOption-activeBackground': '#bed6ed', 'inputOption-activeForeground': '#000000', 'inputOption-activeBorder': '#005fb8',
  'input-foreground': '#3b3b3b', 'input-background': '#ffffff', 'input-border': '#cecece', 'input-placeholderForeground': '#767676',
  'editorWidget-background': '#f8f8f8', 'editorWidget-border': '#e5e5e5', descriptionForeground: '#3b3b3b', 'editorLineNumber-foreground': '#6e7681',
  'list-hoverBackground': '#f2f2f2', 'editor-selectionBackground': '#add6ff', 'editor-inactiveSelectionBackground': '#e5ebf1',
  'editorError-foreground': '#e51400', 'editorWarning-foreground': '#bf8803', 'button-background': '#005fb8', 'button-hoverBackground': '#0258a8',
  'button-secondaryForeground': '#3b3b3b', 'button-secondaryBackground': '#e5e5e5', 'button-secondaryHoverBackground': '#cccccc', 'progressBar-background': '#005fb8', 'sash-hoverBorder': '#005fb8',
  'charts-foreground': '#3b3b3b', 'charts-blue': '#0063d3', 'charts-green': '#388a34', 'charts-purple': '#652d90', 'charts-red': '#e51400', 'charts-yellow': '#bf8803',
  'terminal-ansiCyan': '#0598bc', 'terminal-ansiMagenta': '#bc05bc', 'terminal-ansiBrightBlue': '#0451a5', 'terminal-ansiBrightGreen': '#14ce14',
};

export const contrast = {
  ...dark,
  foreground: '#ffffff', 'editor-background': '#000000', 'editor-foreground': '#ffffff', 'panel-border': '#6fc3df', focusBorder: '#f38518', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518',
  'panelTitle-activeForeground': '#ffffff', 'panelTitle-inactiveForeground': '#ffffff', 'panelTitle-activeBorder': '#6fc3df', descriptionForeground: '#ffffff', 'editorLineNumber-foreground': '#ffffff',
  'input-foreground': '#ffffff', 'input-background': '#000000', 'input-border': '#6fc3df', 'input-placeholderForeground': '#ffffffb3', 'editorWidget-background': '#0c141f', 'editorWidget-border': '#6fc3df',
  'button-background': '#000000', 'button-border': '#6fc3df', 'button-secondaryBackground': '#000000', 'button-secondaryForeground': '#ffffff', 'menu-background': '#000000', 'menu-border': '#6fc3df',
};
