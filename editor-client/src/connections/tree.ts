/** The Connections view: clusters, databases, tables, columns. Each level is asked for when it is opened. */
import * as vscode from 'vscode';
import type { Connection, NodeKind, SchemaNode, State } from '../protocol.gen';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';

/** A node of the tree. */
export type Node =
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'schema'; readonly connection: string; readonly node: SchemaNode; readonly parent: Node }
  | { readonly kind: 'more'; readonly parent: Node }
  | { readonly kind: 'failed'; readonly message: string; readonly parent: Node };

interface Page {
  readonly nodes: SchemaNode[];
  readonly next: string | undefined;
}

const icons: Readonly<Record<NodeKind, string>> = {
  database: 'database',
  table: 'table',
  materializedView: 'layers',
  externalTable: 'link-external',
  function: 'symbol-function',
  column: 'symbol-field',
};

export class ConnectionsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  private readonly pages = new Map<string, Page>();
  private readonly disposables: vscode.Disposable[];
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly server: Server) {
    const reset = (): void => {
      this.pages.clear();
      this.changed.fire(undefined);
    };
    this.disposables = [
      this.changed,
      vscode.window.createTreeView('calypso.connections', { treeDataProvider: this, showCollapseAll: true }),
      server.onState(reset),
      vscode.workspace.onDidGrantWorkspaceTrust(reset),
      server.on('kusto/connectionsChanged', reset),
      server.on('kusto/schema/changed', (change) => change.state !== 'loading' && reset()),
      vscode.commands.registerCommand('calypso.tree.more', (node: Node) => this.more(node)),
      vscode.commands.registerCommand('calypso.tree.retry', (node: Node) => this.changed.fire(node)),
    ];
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (this.server.state !== 'running' || !vscode.workspace.isTrusted) {
      return [];
    }
    if (parent === undefined) {
      const { connections } = await this.server.request('kusto/connections/list', undefined);
      return connections.map((connection) => ({ kind: 'connection', connection }));
    }
    if (parent.kind === 'more' || parent.kind === 'failed') {
      return [];
    }
    try {
      return this.children(parent, this.pages.get(keyOf(parent)) ?? (await this.load(parent, undefined)));
    } catch (error) {
      return [{ kind: 'failed', message: sentence(failureOf(error)), parent }];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'connection':
        return connectionItem(node.connection);
      case 'schema':
        return schemaItem(node.connection, node.node);
      case 'more':
        return actionItem('Load more', 'ellipsis', 'calypso.tree.more', node.parent);
      case 'failed': {
        const item = actionItem(node.message, 'warning', 'calypso.tree.retry', node.parent);
        item.tooltip = `${node.message}\nClick to try again.`;
        return item;
      }
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private children(parent: Node, page: Page): Node[] {
    const connection = connectionOf(parent);
    const nodes: Node[] = page.nodes.map((node) => ({ kind: 'schema', connection, node, parent }));
    return page.next === undefined ? nodes : [...nodes, { kind: 'more', parent }];
  }

  private async load(parent: Node, cursor: string | undefined): Promise<Page> {
    const answer = await this.server.request('kusto/schema/children', {
      connection: connectionOf(parent),
      ...(parent.kind === 'schema' ? { node: parent.node.id } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const before = cursor === undefined ? [] : (this.pages.get(keyOf(parent))?.nodes ?? []);
    const page = { nodes: [...before, ...answer.nodes], next: answer.next };
    this.pages.set(keyOf(parent), page);
    return page;
  }

  private async more(parent: Node): Promise<void> {
    const next = this.pages.get(keyOf(parent))?.next;
    if (next !== undefined) {
      await this.load(parent, next);
      this.changed.fire(parent);
    }
  }
}

/** The connection, and the database where there is one, that a node stands for. */
export function targetOf(node: Node): { connection: string; database?: string } {
  for (let at: Node = node; ; at = at.parent) {
    if (at.kind === 'connection') {
      return { connection: at.connection.id };
    }
    if (at.kind === 'schema' && at.node.kind === 'database') {
      return { connection: at.connection, database: at.node.label };
    }
  }
}

function connectionOf(node: Node): string {
  return targetOf(node).connection;
}

function keyOf(node: Node): string {
  return node.kind === 'schema' ? `${node.connection}\n${node.node.id}` : connectionOf(node);
}

function connectionItem(connection: Connection): vscode.TreeItem {
  const item = new vscode.TreeItem(connection.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = connection.id;
  item.description = connection.note ?? (stateText(connection.state) || (connection.group === '' ? connection.database : connection.group));
  item.tooltip = [connection.name, connection.url, connection.note].filter(Boolean).join('\n');
  item.iconPath = new vscode.ThemeIcon('server');
  item.contextValue = connection.fixed === true ? 'connection.fixed' : 'connection.added';
  return item;
}

function stateText(state: State): string {
  switch (state) {
    case 'loading':
      return 'loading…';
    case 'denied':
      return 'no access';
    case 'failed':
      return "can't be reached";
    default:
      return '';
  }
}

function schemaItem(connection: string, node: SchemaNode): vscode.TreeItem {
  const item = new vscode.TreeItem(
    node.label,
    node.more ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `${connection}\n${node.id}`;
  item.description = node.detail;
  item.tooltip = [`${node.label}${node.detail === '' ? '' : `: ${node.detail}`}`, node.docs].filter(Boolean).join('\n\n');
  item.iconPath = new vscode.ThemeIcon(icons[node.kind]);
  item.contextValue = node.kind;
  return item;
}

function actionItem(label: string, icon: string, command: string, parent: Node): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.command = { command, title: label, arguments: [parent] };
  return item;
}
