/** Every tree of the side bar: the server lists each level when it is opened, and says what changed. */
import * as vscode from 'vscode';
import { Views, type UINode, type UITreeNode } from '../../generated/protocol';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';

type View = (typeof Views)[number];

/** A line of a tree: a node of the server's, or what to click for more of a level, or to try it again. */
export class Line {
  constructor(
    readonly tree: Tree,
    readonly node: UITreeNode,
    readonly again?: { readonly parent: Line | undefined; readonly more: boolean },
  ) {}

  get ref(): UINode {
    return { view: this.tree.view, id: this.node.id };
  }
}

export function showTrees(server: Server): vscode.Disposable {
  const trees = Views.map((view) => new Tree(server, view));
  return vscode.Disposable.from(
    ...trees,
    vscode.commands.registerCommand('calypso.tree.again', (line: Line) => line.tree.again(line)),
  );
}

class Tree implements vscode.TreeDataProvider<Line>, vscode.TreeDragAndDropController<Line>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Line | undefined>();
  // By id, "" for the roots: the lines shown, and where the next page begins.
  private readonly levels = new Map<string, { lines: Line[]; next: string | undefined }>();
  private readonly tree: vscode.TreeView<Line>;
  private readonly disposables: vscode.Disposable[];
  readonly onDidChangeTreeData = this.changed.event;
  readonly dropMimeTypes: string[];
  readonly dragMimeTypes: string[];

  constructor(
    private readonly server: Server,
    readonly view: View,
  ) {
    this.dropMimeTypes = this.dragMimeTypes = [`application/vnd.code.tree.calypso.${view}`];
    this.tree = vscode.window.createTreeView(`calypso.${view}`, { treeDataProvider: this, showCollapseAll: true, canSelectMany: true, dragAndDropController: this });
    const reset = (): void => this.refresh(undefined);
    this.disposables = [
      this.tree,
      this.changed,
      server.onState(reset),
      vscode.workspace.onDidGrantWorkspaceTrust(reset),
      server.on('ui/treeChanged', (change) => change.view === view && this.refresh(change.node)),
    ];
  }

  async getChildren(parent?: Line): Promise<Line[]> {
    if (this.server.state !== 'running' || !vscode.workspace.isTrusted) {
      return [];
    }
    const known = this.levels.get(parent?.node.id ?? '');
    try {
      return this.shown(parent, known ?? (await this.load(parent, undefined)));
    } catch (error) {
      return [this.action(parent, sentence(failureOf(error)), 'warning', false)];
    }
  }

  getTreeItem(line: Line): vscode.TreeItem {
    const { node, again } = line;
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(node.label, node.expands !== true ? None : node.opened === true ? Expanded : Collapsed);
    item.id = node.id;
    item.tooltip = node.tooltip ?? node.label;
    item.contextValue = node.context;
    item.description = node.description ?? '';
    // Without it a screen reader would read the whole tooltip: of a run, all of its query.
    item.accessibilityInformation = { label: [node.label, ...(node.description ?? '').split(' · ')].filter(Boolean).join(', ') };
    if (node.icon !== undefined) {
      item.iconPath = new vscode.ThemeIcon(node.icon);
    }
    const command = again === undefined ? node.command : 'tree.again';
    if (command !== undefined) {
      item.command = { command: `calypso.${command}`, title: node.label, arguments: [line] };
    }
    return item;
  }

  handleDrag(lines: readonly Line[], data: vscode.DataTransfer): void {
    if (lines.every((line) => line.node.drag === true)) {
      data.set(this.dragMimeTypes[0] ?? '', new vscode.DataTransferItem(lines));
    }
  }

  async handleDrop(onto: Line | undefined, data: vscode.DataTransfer): Promise<void> {
    const dragged: unknown = data.get(this.dropMimeTypes[0] ?? '')?.value;
    if (Array.isArray(dragged)) {
      await vscode.commands.executeCommand('calypso.tree.dropped', onto ?? new Line(this, { id: '', label: '', context: '' }), dragged);
    }
  }

  async again({ again }: Line): Promise<void> {
    if (again?.more === true) {
      await this.load(again.parent, this.levels.get(again.parent?.node.id ?? '')?.next);
    }
    this.changed.fire(again?.parent);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private refresh(id: string | undefined): void {
    const line = [...this.levels.values()].flatMap((level) => level.lines).find((at) => at.node.id === id);
    if (line === undefined) {
      this.levels.clear();
    } else {
      this.levels.delete(line.node.id);
    }
    this.changed.fire(line);
  }

  private shown(parent: Line | undefined, level: { lines: Line[]; next: string | undefined }): Line[] {
    return level.next === undefined ? level.lines : [...level.lines, this.action(parent, 'Load more', 'ellipsis', true)];
  }

  private action(parent: Line | undefined, label: string, icon: string, more: boolean): Line {
    const tooltip = more ? label : `${label}\nClick to try again.`;
    return new Line(this, { id: `${parent?.node.id ?? ''}\n${icon}`, label, icon, tooltip, context: icon }, { parent, more });
  }

  private async load(parent: Line | undefined, cursor: string | undefined): Promise<{ lines: Line[]; next: string | undefined }> {
    const id = parent?.node.id ?? '';
    const answer = await this.server.request('ui/tree', { view: this.view, ...(id === '' ? {} : { node: id }), ...(cursor === undefined ? {} : { cursor }) });
    if (id === '') {
      this.tree.message = answer.filter === undefined ? '' : `Only what contains “${answer.filter}” is shown.`;
      void vscode.commands.executeCommand('setContext', `calypso.filtered.${this.view}`, answer.filter !== undefined);
    }
    const before = cursor === undefined ? [] : (this.levels.get(id)?.lines ?? []);
    const level = { lines: [...before, ...answer.nodes.map((node) => new Line(this, node))], next: answer.next };
    this.levels.set(id, level);
    return level;
  }
}
