/**
 * Calypso's tools for VS Code's own models, by the MCP server in the program. Editors before 1.101 have no such thing: there the
 * tools are registered one by one. Both ways end at the same tools under the same guard.
 */
import * as vscode from 'vscode';
import type { Server } from '../server/server';

/** What 1.101 added to vscode.lm and vscode; the types here are those of 1.95. */
interface NewerLm {
  registerMcpServerDefinitionProvider?: (id: string, provider: unknown) => vscode.Disposable;
}
type Definition = new (label: string, command: string, args: string[], env: Record<string, string>, version?: string) => unknown;

export function offerTools(server: Server): vscode.Disposable {
  try {
    return offer(server);
  } catch (error) {
    // An editor that changed its mind about these young interfaces must not keep the rest from starting.
    server.log.warn(`the tools aren't offered to the editor's models: ${String(error)}`);
    return new vscode.Disposable(() => undefined);
  }
}

function offer(server: Server): vscode.Disposable {
  const register = (vscode.lm as NewerLm).registerMcpServerDefinitionProvider;
  const definition = (vscode as unknown as { McpStdioServerDefinition?: Definition }).McpStdioServerDefinition;
  if (register !== undefined && definition !== undefined) {
    // Asked for before the program was found, there is none to name: the editor asks again at each change.
    const changed = new vscode.EventEmitter<void>();
    const provider = {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => (server.program === '' || !vscode.workspace.isTrusted ? [] : [new definition('Calypso', server.program, ['mcp'], {}, server.version)]),
    };
    return vscode.Disposable.from(
      changed,
      server.onState((state) => state === 'running' && changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
      register('calypso.tools', provider),
    );
  }
  void vscode.commands.executeCommand('setContext', 'calypso.lmTools', true);
  return vscode.Disposable.from(...names.map((name) => vscode.lm.registerTool(`calypso_${name}`, new Tool(server, `kusto_${name}`))));
}

const names = ['list_tables', 'get_table_schema', 'sample_table', 'list_functions', 'execute_query', 'validate_query', 'explain_query', 'read_result'];

/** One tool, run by the server; the person sees the query before it runs. */
class Tool implements vscode.LanguageModelTool<object> {
  constructor(
    private readonly server: Server,
    private readonly name: string,
  ) {}

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<object>): vscode.PreparedToolInvocation | undefined {
    const query = 'query' in input ? String(input.query) : '';
    if (this.name !== 'kusto_execute_query') {
      return undefined;
    }
    const message = new vscode.MarkdownString().appendCodeblock(query, 'kql');
    return { invocationMessage: 'Running a KQL query', confirmationMessages: { title: 'Run this KQL query?', message } };
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<object>, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    const { output } = await this.server.request('agent/tool/run', { tool: this.name, arguments: input }, token);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(output))]);
  }
}
