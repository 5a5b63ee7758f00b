/** The .kqlnb file. The server reads and writes it, here its cells become VS Code's; what it doesn't know travels along as metadata. */
import * as vscode from 'vscode';
import type { NotebookCell, NotebookFile, NotebookOutput, NotebookPlace } from '../../generated/protocol';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';

export const notebookType = 'calypso-notebook';
/** What a cell shows of a result: a NotebookOutput as JSON. Our renderer draws it. */
const outputType = 'application/vnd.calypso.result+json';

type Extra = Pick<NotebookCell, 'extra'>;
type Metadata = Extra & { place?: NotebookPlace };
const { Markup, Code } = vscode.NotebookCellKind;

export class NotebookFiles implements vscode.NotebookSerializer {
  constructor(
    private readonly server: Server,
    readonly keepsOutputs: boolean,
  ) {}

  /** A file that can't be read is an error, so that VS Code opens no notebook that could be saved over it. It names no reason itself. */
  async deserializeNotebook(content: Uint8Array): Promise<vscode.NotebookData> {
    try {
      const file = await this.server.request('kusto/notebook/read', { text: new TextDecoder('utf-8', { fatal: true }).decode(content) });
      const data = new vscode.NotebookData(file.cells.map(cellOf));
      data.metadata = { place: file.place, extra: file.extra };
      return data;
    } catch (error) {
      const why = error instanceof TypeError ? "the notebook can't be read: it isn't UTF-8 text" : sentence(failureOf(error));
      void vscode.window.showErrorMessage(why);
      throw new Error(why, { cause: error });
    }
  }

  async serializeNotebook({ cells, metadata }: vscode.NotebookData): Promise<Uint8Array> {
    const { text } = await this.server.request('kusto/notebook/write', { notebook: fileOf(cells, metadata ?? {}, this.keepsOutputs) });
    return new TextEncoder().encode(text);
  }
}

/** A notebook as the server knows it: of data, or of one that is open. */
export function fileOf(cells: readonly (vscode.NotebookCellData | vscode.NotebookCell)[], { place, extra }: Metadata, withOutputs: boolean): NotebookFile {
  const parts = cells.map((cell): NotebookCell => ({
    kind: cell.kind === Markup ? 'markdown' : 'kql',
    text: 'value' in cell ? cell.value : cell.document.getText(),
    outputs: withOutputs ? (cell.outputs ?? []).flatMap(({ items }) => items.filter(({ mime }) => mime === outputType).map(({ data }) => JSON.parse(new TextDecoder().decode(data)) as NotebookOutput)) : [],
    ...some((cell.metadata as Extra | undefined)?.extra),
  }));
  return { place: place ?? { cluster: '', database: '' }, cells: parts, ...some(extra) };
}

function some(extra: Extra['extra']): Extra {
  return extra === undefined ? {} : { extra };
}

function cellOf({ kind, text, outputs = [], extra }: NotebookCell): vscode.NotebookCellData {
  const data = kind === 'markdown' ? new vscode.NotebookCellData(Markup, text, 'markdown') : new vscode.NotebookCellData(Code, text, 'kql');
  data.metadata = { extra };
  data.outputs = outputs.map(outputOf);
  return data;
}

export function outputOf(output: NotebookOutput): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.json(output, outputType)]);
}
