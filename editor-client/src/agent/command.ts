/** A line that begins with a slash: which tool it calls, with what. It knows no KQL: queries go on as they are. */
import type { AgentCommand } from '../protocol.gen';

export type Parsed =
  | { readonly kind: 'tool'; readonly tool: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string; readonly hint: string };

export function parseCommand(line: string, commands: readonly AgentCommand[]): Parsed {
  const [, name = '', rest = ''] = /^(\/\S*)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  const command = commands.find((known) => known.name === name.toLowerCase());
  if (command === undefined) {
    return { kind: 'wrong', message: `there is no command ${name}`, hint: `type ${commands.map((known) => known.name).join(', ')}` };
  }
  const tool = command.tool;
  if (tool === undefined) {
    return { kind: 'help' };
  }
  if (command.arguments !== '' && rest === '') {
    return { kind: 'wrong', message: `${name} wants ${command.arguments}`, hint: `type ${name} ${command.arguments}` };
  }
  return { kind: 'tool', tool, args: args(tool, rest) };
}

function args(tool: string, rest: string): Readonly<Record<string, unknown>> {
  switch (tool) {
    case 'kusto_get_table_schema':
      return { table_name: rest };
    case 'kusto_sample_table': {
      const [, table = rest, rows] = /^([\s\S]*?)(?:\s+(\d+))?$/.exec(rest) ?? [];
      return { table_name: table, rows: rows === undefined ? null : Number(rows) };
    }
    case 'kusto_execute_query':
    case 'kusto_validate_query':
    case 'kusto_explain_query':
      return { query: rest };
    default:
      return {};
  }
}
