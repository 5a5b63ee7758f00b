/**
 * Every tree of the side bar: the server lists each level when it is opened, and says what changed. Of what VS Code is told to ask for again it
 * knows no line until it has the answer, and the command of a menu that is open gets none: so what changed is listed first, a line stays the
 * same object, and VS Code is told of those only that are different.
 */
import * as vscode from 'vscode';
import { Views, type UINode, type UITreeNode } from '../../generated/protocol';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';

type View = (typeof Views)[number];

/** What is known of a level that is open: its lines, and where the next page begins. */
interface Level {
  readonly lines: readonly Line[];
  readonly next: string | undefined;
}

/** A line of a tree: a node of the server's, or what to click for more of a level, or to try it again. */
export class Line {
  constructor(
    readonly tree: Tree,
    public node: UITreeNode,
    public parent?: Line,
    public again?: 'more' | 'failed',
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
  private readonly changed = new vscode.EventEmitter<Line | Line[] | undefined>();
  // By id, "" for the roots: what is known; how many lines each had; what is being asked for; of that, what changed meanwhile.
  private readonly levels = new Map<string, Level>();
  private readonly counts = new Map<string, number>();
  private readonly asked = new Map<string, Promise<Level>>();
  private readonly late = new Set<string>();
  private readonly lines = new Map<string, Line>();
  private readonly due = new Set<Line | undefined>();
  private telling: NodeJS.Timeout | undefined;
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
    const reset = (): void => this.renew(undefined);
    this.disposables = [
      this.tree,
      this.changed,
      // An editor that loses the focus drops the question for lenses that it was about to ask, for good.
      this.tree.onDidChangeSelection(() => server.refreshLenses()),
      this.tree.onDidExpandElement(() => server.refreshLenses()),
      this.tree.onDidCollapseElement(({ element }) => this.renew(element)),
      server.onState(reset),
      vscode.workspace.onDidGrantWorkspaceTrust(reset),
      // A view that isn't shown is asked for when it is.
      server.on('ui/treeChanged', ({ node, view: of }) => of === view && (this.tree.visible ? void this.reload(this.lines.get(node ?? '')) : this.renew(undefined))),
    ];
  }

  get selected(): readonly Line[] {
    return this.tree.selection;
  }

  async getChildren(parent?: Line): Promise<Line[]> {
    if (this.server.state !== 'running' || !vscode.workspace.isTrusted) {
      return [];
    }
    return [...(this.levels.get(idOf(parent)) ?? (await this.ask(parent))).lines];
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
      const dragged = [...this.lines.values()].filter((line) => ids.includes(JSON.stringify(line.node.id)));
      await vscode.commands.executeCommand('calypso.tree.dropped', onto ?? new Line(this, { id: '', label: '', spoken: '', context: '' }), dragged);
    }
  }

  async again({ again, parent }: Line): Promise<void> {
    if (again === 'more') {
      await this.list(parent, this.levels.get(idOf(parent))?.next);
      this.changed.fire(parent);
    } else {
      this.renew(parent);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Lists a level anew if it is open, then those in it, from above; none waits for one that is slow. */
  private async reload(parent: Line | undefined): Promise<void> {
    const id = idOf(parent);
    const before = this.levels.get(id)?.lines.map((line) => ({ line, looks: looks(line) }));
    if (this.asked.has(id)) {
      this.late.add(id);
    } else if (before !== undefined) {
      const { lines } = await this.ask(parent);
      const changed = lines.filter((line, i) => looks(line) !== before[i]?.looks);
      const same = lines.length === before.length && lines.every((line, i) => line === before[i]?.line);
      (same && changed.length <= fewLines ? changed : [parent]).forEach((line) => this.due.add(line));
      lines.forEach((line) => void this.reload(line));
      if (this.asked.size === 0) {
        this.tell();
      } else {
        this.telling ??= setTimeout(() => this.tell(), patience);
      }
    }
  }

  /** Tells VS Code of all changes at once: it forgets and asks again once, not for each level. */
  private tell(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.changed.fire([...this.due] as Line[]); // undefined among them stands for all
    this.due.clear();
  }

  /** Has VS Code ask for all below a line when it shows it. */
  private renew(line: Line | undefined): void {
    this.forget(line);
    if (this.asked.has(idOf(line))) {
      this.late.add(idOf(line));
    }
    this.changed.fire(line);
  }

  private forget(parent: Line | undefined, but?: ReadonlySet<Line>): void {
    const gone = this.levels.get(idOf(parent))?.lines.filter((line) => line.parent === parent && but?.has(line) !== true) ?? [];
    for (const line of gone) {
      this.forget(line);
      this.lines.delete(line.node.id);
    }
    this.levels.delete(idOf(parent));
  }

  /** Lists a level; who asks meanwhile gets the same answer. */
  private ask(parent: Line | undefined): Promise<Level> {
    const id = idOf(parent);
    const asked = this.asked.get(id) ?? this.list(parent, undefined).finally(() => {
      this.asked.delete(id);
      if (this.late.delete(id)) {
        void this.reload(parent);
      }
    });
    this.asked.set(id, asked);
    return asked;
  }

  /** Asks the server for a level, or for more of it. */
  private async list(parent: Line | undefined, cursor: string | undefined): Promise<Level> {
    const id = idOf(parent);
    const lines = cursor === undefined ? [] : (this.levels.get(id)?.lines ?? []).filter((line) => line.again === undefined);
    const last = (again: 'more' | 'failed', icon: string, label: string, tooltip: string): unknown =>
      lines.push(this.line({ id: `${id}\n${icon}`, label, spoken: label, icon, tooltip, context: icon }, parent, again));
    let next: string | undefined;
    try {
      const answer = await this.server.request('ui/tree', { view: this.view, node: id, cursor: cursor ?? '', count: cursor === undefined ? this.counts.get(id) ?? 0 : 0 });
      if (id === '') {
        this.tree.message = answer.nodes.length === 0 ? '' : answer.message ?? ''; // beside a message VS Code shows no welcome
        void vscode.commands.executeCommand('setContext', `calypso.filtered.${this.view}`, answer.message !== undefined);
      }
      this.counts.set(id, lines.push(...answer.nodes.map((node) => this.line(node, parent))));
      if (answer.more !== undefined) {
        last('more', 'ellipsis', answer.more, answer.more);
      }
      next = answer.next;
    } catch (error) {
      const said = sentence(failureOf(error));
      last('failed', 'warning', said, `${said}\nClick to try again.`);
    }
    this.forget(parent, new Set(lines));
    this.levels.set(id, { lines, next });
    return { lines, next };
  }

  /** The line of a node: the same one as long as it is listed. */
  private line(node: UITreeNode, parent: Line | undefined, again?: 'more' | 'failed'): Line {
    const line = this.lines.get(node.id) ?? new Line(this, node);
    this.lines.set(node.id, line);
    return Object.assign(line, { node, parent, again });
  }
}

/** How long a change waits for other levels to be listed, in milliseconds. */
const patience = 300;

/** So many lines of a level are drawn anew one by one, more of them together. */
const fewLines = 50;

function idOf(line: Line | undefined): string {
  return line?.node.id ?? '';
}

/** All of a line that is seen. Whether it is open is VS Code's matter once it is shown. */
function looks(line: Line): string {
  return JSON.stringify({ ...line.node, opened: undefined });
}
