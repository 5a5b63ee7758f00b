/** What the server asks of the person, shown as it says: pickers, inputs, dialogs, files, the clipboard. A cancelled request closes what it shows. */
import * as vscode from 'vscode';
import type { UIPickItem } from '../../generated/protocol';
import type { Server } from '../server/server';

export function answerAsks(server: Server): vscode.Disposable {
  return vscode.Disposable.from(
    server.handle('ui/pick', async ({ title, placeholder, items, many }, token) => {
      const options = { title, matchOnDescription: true, matchOnDetail: true, ...(placeholder === undefined ? {} : { placeHolder: placeholder }) };
      const entries = items.map(entryOf);
      const picked = many === true
        ? await vscode.window.showQuickPick(entries, { ...options, canPickMany: true }, token)
        : await vscode.window.showQuickPick(entries, options, token);
      return picked === undefined ? null : { ids: [picked].flat().map((entry) => entry.id) };
    }),
    server.handle('ui/input', async ({ title, prompt, placeholder, value, password, problem, live }, token) => {
      const entered = await vscode.window.showInputBox(
        {
          title,
          ignoreFocusOut: true,
          value: value ?? '',
          password: password === true,
          // VS Code shows what is wrong only once the value changes: so it stands here, too.
          prompt: problem ?? prompt ?? '',
          ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
          validateInput: async (now) => {
            if (live === undefined) {
              return now === (value ?? '') ? problem : undefined;
            }
            const typed = await server.request('ui/typed', { live, value: now });
            return typed.problem ?? (typed.note === undefined ? undefined : { message: typed.note, severity: vscode.InputBoxValidationSeverity.Info });
          },
        },
        token,
      );
      return entered === undefined ? null : { value: entered };
    }),
    server.handle('ui/confirm', async ({ message, detail, button }) => {
      const options = { modal: true, ...(detail === undefined ? {} : { detail }) };
      return { yes: (await vscode.window.showWarningMessage(message, options, button)) === button };
    }),
    server.handle('ui/file', async ({ kind, title, filters, suggested }) => {
      const options = { title, ...(filters === undefined ? {} : { filters }), ...(suggested === undefined ? {} : { defaultUri: server.toUri(suggested) }) };
      const uri = kind === 'save' ? await vscode.window.showSaveDialog(options) : await openDialog(options, kind === 'folder');
      return uri === undefined ? null : { uri: server.fromUri(uri) };
    }),
    server.handle('ui/copy', async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    }),
    server.handle('ui/browse', async ({ url }) => {
      // As text: a Uri would be encoded once more, and a query in it be another one then.
      await vscode.env.openExternal(url as unknown as vscode.Uri);
      return null;
    }),
    server.handle('ui/open', async ({ text, language }) => {
      const document = await vscode.workspace.openTextDocument({ language, content: text });
      await vscode.window.showTextDocument(document);
      return { uri: server.uri(document) };
    }),
    server.handle('ui/save', async ({ uri }) => {
      await vscode.workspace.textDocuments.find((document) => server.uri(document) === uri)?.save();
      return null;
    }),
  );
}

async function openDialog(options: vscode.OpenDialogOptions, folder: boolean): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({ ...options, canSelectFolders: folder, canSelectFiles: !folder });
  return chosen?.[0];
}

function entryOf(item: UIPickItem): vscode.QuickPickItem & { id: string } {
  return {
    id: item.id ?? '',
    label: item.icon === undefined ? item.label : `$(${item.icon}) ${item.label}`,
    kind: item.kind === 'separator' ? vscode.QuickPickItemKind.Separator : vscode.QuickPickItemKind.Default,
    picked: item.picked === true,
    ...(item.description === undefined ? {} : { description: item.description }),
    ...(item.detail === undefined ? {} : { detail: item.detail }),
  };
}
