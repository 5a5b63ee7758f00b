/** "Run" above each block. Where blocks are, the server says. */
import * as vscode from 'vscode';
import { languages, type Server } from '../server/server';

export class RunLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly server: Server) {
    this.disposables = [
      this.changed,
      vscode.languages.registerCodeLensProvider(languages.map((language) => ({ language })), this),
      server.onState(() => this.changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('calypso.run')) {
          this.changed.fire();
        }
      }),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const wanted = vscode.workspace.getConfiguration('calypso', document).get<boolean>('run.codeLens', true);
    if (!wanted || !vscode.workspace.isTrusted || this.server.state !== 'running') {
      return [];
    }
    const uri = this.server.uri(document);
    const { blocks } = await this.server.request('kusto/query/blocks', { uri, version: document.version }, token);
    return blocks
      .filter((block) => block.kind === 'query' || block.kind === 'command')
      .map((block) => {
        const line = block.range.start.line;
        return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
          command: 'calypso.run',
          title: '$(play) Run',
          tooltip: 'Run this block (F5)',
          arguments: [document.uri, block.range],
        });
      });
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }
}
