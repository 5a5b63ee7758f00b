/** The list of chats: open, rename, export, delete. A quick pick, because it is VS Code's own: keys and screen readers know it. */
import * as vscode from 'vscode';
import type { AgentThread } from '../protocol.gen';
import type { Server } from '../server/server';
import type { Chat } from './chat';

interface Entry extends vscode.QuickPickItem {
  readonly thread: AgentThread;
}

const rename: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' };
const save: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('export'), tooltip: 'Export' };
const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

export async function chooseThread(chat: Chat, server: Server): Promise<void> {
  const threads = await chat.threads();
  if (threads.length === 0) {
    await vscode.window.showInformationMessage('There are no chats yet. Ask a question in the Chat view.');
    return;
  }
  const picker = vscode.window.createQuickPick<Entry>();
  picker.title = 'Chats';
  picker.placeholder = 'Choose a chat to go on with';
  picker.matchOnDetail = true;
  picker.items = threads.map(entry);
  await new Promise<void>((resolve) => {
    const act = (action: () => Promise<void>): void => {
      picker.hide();
      action().catch(async (error: unknown) => vscode.window.showErrorMessage(String(error instanceof Error ? error.message : error)));
    };
    picker.onDidAccept(() => {
      const [chosen] = picker.selectedItems;
      if (chosen !== undefined) {
        act(() => chat.resume(chosen.thread.id));
      }
    });
    picker.onDidTriggerItemButton(({ button, item }) => {
      const action = button === rename ? renameThread : button === save ? exportThread : deleteThread;
      act(() => action(chat, server, item.thread));
    });
    picker.onDidHide(() => {
      picker.dispose();
      resolve();
    });
    picker.show();
  });
}

function entry(thread: AgentThread): Entry {
  const when = new Date(thread.updated).toLocaleString();
  return {
    thread,
    label: thread.name === '' ? 'Untitled' : thread.name,
    description: when,
    detail: `${thread.database} · ${thread.connection}${thread.readOnly === true ? ' · open in another window' : ''}`,
    buttons: [rename, save, remove],
  };
}

async function renameThread(chat: Chat, _: Server, thread: AgentThread): Promise<void> {
  const name = await vscode.window.showInputBox({ title: 'Rename the chat', value: thread.name, prompt: 'Its new name' });
  if (name !== undefined && name.trim() !== '') {
    await chat.rename(thread.id, name.trim());
  }
}

async function exportThread(_: Chat, server: Server, thread: AgentThread): Promise<void> {
  const formats = [
    { label: 'Markdown', format: 'markdown', language: 'markdown' },
    { label: 'KQL file with the queries', format: 'kql', language: 'kql' },
  ];
  const choice = await vscode.window.showQuickPick(formats, { title: 'Export the chat as' });
  if (choice !== undefined) {
    const { text } = await server.request('agent/thread/export', { threadId: thread.id, format: choice.format });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: choice.language, content: text }));
  }
}

async function deleteThread(chat: Chat, _: Server, thread: AgentThread): Promise<void> {
  const yes = 'Delete';
  const detail = 'Its transcript is removed from this machine.';
  if ((await vscode.window.showWarningMessage(`Delete the chat "${thread.name}"?`, { modal: true, detail }, yes)) === yes) {
    await chat.delete(thread.id);
  }
}
