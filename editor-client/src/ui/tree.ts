/** Every tree of the side bar: the server lists each level when it is opened, and says what changed. */
import * as vscode from 'vscode';
import { Views, type UINode, type UITreeNode } from '../../generated/protocol';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';

type View = (typeof Views)[number];

/** What is known of a level: its lines, where the next page begins, and what to click for it. */
interface Level {
  readonly lines: Line[];
  readonly next: string | undefined;
  readonly more: string | undefined;
}

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
    // What a key does to the lines that are selected.
    vscode.commands.registerCommand('calypso.tree.key', ({ view, run }: { view: string; run: string }) =>
      vscode.commands.executeCommand(`calypso.${run}`, trees.find((tree) => tree.view === view)?.selected),
    ),
  );
}

class Tree implements vscode.TreeDataProvider<Line>, vscode.TreeDragAndDropController<Line>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Line | undefined>();
  // By id, "" for the roots; and how many lines each had before it changed.
  private readonly levels = new Map<string, Level>();
  private readonly counts = new Map<string, number>();
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
      // An editor that loses the focus drops the question for lenses that it was about to ask, for good.
      this.tree.onDidChangeSelection(() => server.refreshLenses()),
      this.tree.onDidExpandElement(() => server.refreshLenses()),
      server.onState(reset),
      vscode.workspace.onDidGrantWorkspaceTrust(reset),
      server.on('ui/treeChanged', (change) => change.view === view && this.refresh(change.node)),
    ];
  }

  private get lines(): Line[] {
    return [...this.levels.values()].flatMap((level) => level.lines);
  }

  get selected(): readonly Line[] {
    return this.tree.selection;
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
    item.accessibilityInformation = { label: node.spoken };
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
      // Ids: VS Code writes it as JSON, which lines can't be.
      data.set(this.dragMimeTypes[0] ?? '', new vscode.DataTransferItem(JSON.stringify(lines.map((line) => line.node.id))));
    }
  }

  async handleDrop(onto: Line | undefined, data: vscode.DataTransfer): Promise<void> {
    const ids = await data.get(this.dropMimeTypes[0] ?? '')?.asString();
    if (ids !== undefined) {
      const dragged = this.lines.filter((line) => ids.includes(JSON.stringify(line.node.id)));
      await vscode.commands.executeCommand('calypso.tree.dropped', onto ?? new Line(this, { id: '', label: '', spoken: '', context: '' }), dragged);
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
    const line = this.lines.find((at) => at.node.id === id);
    for (const [key, { lines }] of this.levels) {
      if (line === undefined || key === id || key.startsWith(`${id}/`)) {
        this.counts.set(key, lines.length);
        this.levels.delete(key);
      }
    }
    this.changed.fire(line);
  }

  private shown(parent: Line | undefined, { lines, more }: Level): Line[] {
    return more === undefined ? lines : [...lines, this.action(parent, more, 'ellipsis', true)];
  }

  private action(parent: Line | undefined, label: string, icon: string, more: boolean): Line {
    const tooltip = more ? label : `${label}\nClick to try again.`;
    return new Line(this, { id: `${parent?.node.id ?? ''}\n${icon}`, label, spoken: label, icon, tooltip, context: icon }, { parent, more });
  }

  private async load(parent: Line | undefined, cursor: string | undefined): Promise<Level> {
    const id = parent?.node.id ?? '';
    const { message, more, next, nodes } = await this.server.request('ui/tree', { view: this.view, node: id, cursor: cursor ?? '', count: cursor === undefined ? this.counts.get(id) ?? 0 : 0 });
    if (id === '') {
      this.tree.message = nodes.length === 0 ? '' : message ?? ''; // beside a message VS Code shows no welcome
      void vscode.commands.executeCommand('setContext', `calypso.filtered.${this.view}`, message !== undefined);
    }
    const before = cursor === undefined ? [] : (this.levels.get(id)?.lines ?? []);
    const level = { lines: [...before, ...nodes.map((node) => new Line(this, node))], next, more };
    this.levels.set(id, level);
    return level;
  }
}
