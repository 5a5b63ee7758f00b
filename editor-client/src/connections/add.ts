/** Adds and removes connections. Saving contacts nothing; the first use does. */
import * as vscode from 'vscode';
import type { Server } from '../server/server';

/** Asks for an address and saves it. Returns the id, undefined when the user left. */
export async function addConnection(server: Server): Promise<string | undefined> {
  const url = await vscode.window.showInputBox({
    title: 'Add Kusto connection',
    prompt: 'Address of the cluster',
    placeHolder: 'https://help.kusto.windows.net/Samples or http://localhost:8080',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? null : addressFault(value.trim())),
  });
  if (url === undefined || url.trim() === '') {
    return undefined;
  }
  const { id } = await server.request('kusto/connections/add', splitAddress(url.trim()));
  return id;
}

/** Asks first: a saved connection is the user's own work. */
export async function removeConnection(server: Server, preset?: string): Promise<void> {
  const { connections } = await server.request('kusto/connections/list', undefined);
  const removable = connections.filter((connection) => connection.fixed !== true);
  const chosen =
    preset === undefined
      ? await pick(removable.map(({ id, name, url }) => ({ label: name, description: url, id })))
      : removable.find((connection) => connection.id === preset);
  if (chosen === undefined) {
    if (removable.length === 0) {
      await vscode.window.showInformationMessage('There is no added connection to remove.');
    }
    return;
  }
  const name = 'label' in chosen ? chosen.label : chosen.name;
  const remove = 'Remove';
  if ((await vscode.window.showWarningMessage(`Remove the connection ${name}?`, { modal: true }, remove)) === remove) {
    await server.request('kusto/connections/remove', { id: chosen.id });
  }
}

function pick(items: { label: string; description: string; id: string }[]): Thenable<{ label: string; id: string } | undefined> {
  return items.length === 0
    ? Promise.resolve(undefined)
    : vscode.window.showQuickPick(items, { title: 'Remove Kusto connection', placeHolder: 'Connection to forget' });
}

function addressFault(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'An address begins with https:// (http:// only on this machine)';
  }
  return url.username === '' && url.password === '' ? null : 'Leave names and passwords out of the address: sign-in is asked for when a query runs';
}

/** The path of an address names the database, as in https://help.kusto.windows.net/Samples. */
function splitAddress(value: string): { url: string; database?: string } {
  const url = new URL(value);
  const [database] = url.pathname.split('/').filter((part) => part !== '');
  return database === undefined ? { url: url.origin } : { url: url.origin, database: decodeURIComponent(database) };
}
