// The colours of VS Code's default themes that our style sheets name, as VS Code 1.139 gives them to a webview, for pages without VS
// Code around them: the name, then dark, light, high contrast and high contrast light; a dash where a theme has none.
const table = `
button-background                      #0078d4   #005fb8   #000000   #0f4a85
button-border                          #ffffff1a #0000001a #6fc3df   #0f4a85
button-foreground                      #ffffff   #ffffff   #ffffff   #ffffff
button-hoverBackground                 #026ec1   #0258a8   #000000   #0f4a85
button-secondaryBackground             #00000000 #e5e5e5   -         #ffffff
button-secondaryForeground             #cccccc   #3b3b3b   #ffffff   #292929
button-secondaryHoverBackground        #2b2b2b   #cccccc   -         -
charts-blue                            #59a4f9   #0063d3   #59a4f9   #0063d3
charts-foreground                      #cccccc   #3b3b3b   #ffffff   #292929
charts-green                           #89d185   #388a34   #89d185   #374e06
charts-orange                          #ea5c0054 #ea5c0054 -         -
charts-purple                          #b180d7   #652d90   #b180d7   #652d90
charts-red                             #f14c4c   #e51400   #f48771   #b5200d
charts-yellow                          #cca700   #bf8803   #ffd370   #895503
chat-requestBubbleBackground           #264f784d #add6ff4d -         -
contrastActiveBorder                   -         -         #f38518   #006bbd
contrastBorder                         -         -         #6fc3df   #0f4a85
debugTokenExpression-number            #b5cea8   #098658   #89d185   #098658
debugTokenExpression-string            #ce9178   #a31515   #f48771   #a31515
descriptionForeground                  #9d9d9d   #3b3b3b   #ffffffb3 #292929b3
dropdown-background                    #313131   #ffffff   #000000   #ffffff
dropdown-border                        #3c3c3c   #cecece   #6fc3df   #0f4a85
dropdown-foreground                    #cccccc   #3b3b3b   #ffffff   #292929
editor-background                      #1f1f1f   #ffffff   #000000   #ffffff
editor-foreground                      #cccccc   #3b3b3b   #ffffff   #292929
editor-inactiveSelectionBackground     #3a3d41   #e5ebf1   #ffffffb3 #0f4a8580
editor-selectionBackground             #264f78   #add6ff   #ffffff   #0f4a85
editorError-foreground                 #f14c4c   #e51400   #f48771   #b5200d
editorHoverWidget-background           #202020   #f8f8f8   #0c141f   #ffffff
editorSuggestWidget-background         #202020   #f8f8f8   #0c141f   #ffffff
editorSuggestWidget-border             #cccccc33 #3b3b3b33 #6fc3df   #0f4a85
editorSuggestWidget-selectedBackground #04395e   #e8e8e8   #ffffff   #292929
editorSuggestWidget-selectedForeground #ffffff   #000000   #0c141f   #ffffff
editorWarning-foreground               #cca700   #bf8803   #ffd370   #895503
editorWidget-background                #202020   #f8f8f8   #0c141f   #ffffff
editorWidget-border                    #cccccc33 #3b3b3b33 #6fc3df   #0f4a85
errorForeground                        #f85149   #f85149   #f48771   #b5200d
focusBorder                            #0078d4   #005fb8   #f38518   #006bbd
foreground                             #cccccc   #3b3b3b   #ffffff   #292929
input-background                       #313131   #ffffff   #000000   #ffffff
input-border                           #3c3c3c   #cecece   #6fc3df   #0f4a85
input-foreground                       #cccccc   #3b3b3b   #ffffff   #292929
input-placeholderForeground            #989898   #767676   #ffffffb3 #292929b3
inputOption-activeBackground           #2489db82 #bed6ed   #00000000 #00000000
inputOption-activeBorder               #2488db   #005fb8   #6fc3df   #0f4a85
inputOption-activeForeground           #ffffff   #000000   #ffffff   #292929
keybindingTable-headerBackground       #cccccc0a #3b3b3b0a -         -
list-activeSelectionBackground         #04395e   #e8e8e8   -         #0f4a851a
list-activeSelectionForeground         #ffffff   #000000   -         -
list-hoverBackground                   #2a2d2e   #f2f2f2   #ffffff1a #0f4a851a
list-inactiveSelectionBackground       #37373d   #e4e6f1   -         #0f4a851a
menu-background                        #1f1f1f   #ffffff   #000000   #ffffff
menu-border                            #454545   #cecece   #6fc3df   #0f4a85
menu-foreground                        #cccccc   #3b3b3b   #ffffff   #292929
menu-selectionBackground               #0078d4   #005fb8   -         #0f4a851a
menu-selectionBorder                   -         -         #f38518   #006bbd
menu-selectionForeground               #ffffff   #ffffff   -         -
menu-separatorBackground               #454545   #3b3b3b33 #6fc3df   #0f4a85
panel-background                       #181818   #f8f8f8   #000000   #ffffff
panel-border                           #2b2b2b   #e5e5e5   #6fc3df   #0f4a85
panelTitle-activeBorder                #0078d4   #005fb8   #6fc3df   #b5200d
panelTitle-activeForeground            #cccccc   #3b3b3b   #ffffff   #292929
panelTitle-inactiveForeground          #9d9d9d   #3b3b3b   #ffffff   #292929
progressBar-background                 #0078d4   #005fb8   #6fc3df   #0f4a85
sash-hoverBorder                       #0078d4   #005fb8   #f38518   #006bbd
scrollbarSlider-background             #79797966 #64646466 #6fc3df99 #0f4a8566
sideBar-background                     #181818   #f8f8f8   #000000   #ffffff
symbolIcon-propertyForeground          #cccccc   #3b3b3b   #ffffff   #292929
terminal-ansiBrightBlue                #3b8eea   #3b8eea   #5c5cff   #0451a5
terminal-ansiBrightGreen               #23d18b   #14ce14   #00ff00   #00bc00
terminal-ansiCyan                      #11a8cd   #0598bc   #00cdcd   #0598bc
terminal-ansiMagenta                   #bc3fbc   #bc05bc   #cd00cd   #bc05bc
testing-iconPassed                     #73c991   #73c991   #73c991   #007100
textBlockQuote-background              #2b2b2b   #f8f8f8   -         #f2f2f2
textBlockQuote-border                  #616161   #e5e5e5   #ffffff   #292929
textCodeBlock-background               #2b2b2b   #f8f8f8   #000000   #f2f2f2
textLink-activeForeground              #4daafc   #005fb8   #21a6ff   #0f4a85
textLink-foreground                    #4daafc   #005fb8   #21a6ff   #0f4a85
textPreformat-background               #3c3c3c   #0000001f -         #09345f
textPreformat-foreground               #d0d0d0   #3b3b3b   #ffffff   #ffffff
toolbar-hoverBackground                #5a5d5e4f #b8b8b84f -         -
widget-border                          #313131   #e5e5e5   #6fc3df   #0f4a85
widget-shadow                          #0000005c #00000029 -         -
`;

const fonts = { 'font-family': 'sans-serif', 'font-size': '13px', 'editor-font-family': 'monospace', 'editor-font-size': '13px' };
const rows = table.trim().split('\n').map((line) => line.split(/ +/));
const theme = (place) => ({ ...fonts, ...Object.fromEntries(rows.filter((row) => row[place] !== '-').map((row) => [row[0], row[place]])) });

export const dark = theme(1);
export const light = theme(2);
export const contrast = theme(3);
export const contrastLight = theme(4);

/** Each with the class that VS Code gives a page's body. */
export const themes = [
  { theme: dark, kind: 'vscode-dark' },
  { theme: light, kind: 'vscode-light' },
  { theme: contrast, kind: 'vscode-high-contrast' },
  { theme: contrastLight, kind: 'vscode-high-contrast-light vscode-high-contrast' },
];

/** Every name that a theme may have. */
export const names = new Set([...Object.keys(fonts), ...rows.map(([name]) => name)]);

/** What VS Code has in front of a view's own sheets. The page has the colour of the part that the view is in. */
export function css(theme, ground = 'panel-background') {
  const lines = Object.entries(theme).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${lines.join('\n')} }
html { background: var(--vscode-${ground}); }
@layer vscode-default {
  body { color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
}`;
}
