/** Where the active document's queries run, in the status bar. */
import * as vscode from 'vscode';
import { failureOf } from '../server/failure';
import { languages, type Server } from '../server/server';

export function showActiveConnection(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('calypso.connection', vscode.StatusBarAlignment.Right, 100);
  item.name = 'Kusto Connection';
  // The focus would stay on the item.
  item.command = { command: 'runCommands', title: 'Choose', arguments: [{ commands: ['calypso.connect', 'workbench.action.focusActiveEditorGroup'] }] };
  const update = (): void => void show();
  const show = async (): Promise<void> => {
    const document = activeDocument();
    if (document === undefined || server.state !== 'running') {
      item.hide();
      return;
    }
    try {
      const { from, note, text, tooltip } = await server.request('kusto/activeConnection', { uri: server.uri(document) });
      if (document === activeDocument()) {
        item.text = `$(${from === 'none' ? 'plug' : note === undefined ? 'database' : 'warning'}) ${text}`;
        item.tooltip = tooltip;
        item.accessibilityInformation = { label: `Kusto connection: ${tooltip}` };
        item.show();
      }
    } catch (error) {
      server.log.debug(`the active connection isn't known: ${failureOf(error).message}`);
    }
  };
  update();
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor(update),
    server.onState(update),
    server.on('kusto/connectionsChanged', update),
    server.on('kusto/activeConnectionChanged', update),
    server.on('kusto/activeConnectionChanged', () => server.refreshLenses()),
    server.on('kusto/schema/changed', (change) => change.state !== 'loading' && update()),
  );
}

function activeDocument(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && languages.includes(document.languageId) ? document : undefined;
}
