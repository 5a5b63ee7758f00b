/** The .kqlnb file. The server reads and writes it, here its cells become VS Code's; what it doesn't know travels along as metadata. */
import * as vscode from 'vscode';
import type { NotebookCell, NotebookFile, NotebookForm, NotebookOutput, NotebookPlace } from '../protocol.gen';
import { failureOf, sentence } from '../server/failure';
import type { Server } from '../server/server';

export const notebookType = 'calypso-notebook';
/** What a cell shows of a result: a NotebookOutput as JSON. Our renderer draws it. */
export const outputType = 'application/vnd.calypso.result+json';

type Extra = Pick<NotebookCell, 'extra'>;
type Metadata = Extra & { place?: NotebookPlace };
interface Part {
  kind: vscode.NotebookCellKind;
  text: string;
  outputs: readonly vscode.NotebookCellOutput[];
  metadata: Extra;
}

export class NotebookFiles implements vscode.NotebookSerializer {
  constructor(
    private readonly server: Server,
    readonly keepsOutputs: boolean,
  ) {}

  /** A file that can't be read is an error, so that VS Code opens no notebook that could be saved over it. */
  async deserializeNotebook(content: Uint8Array): Promise<vscode.NotebookData> {
    try {
      const file = await this.server.request('kusto/notebook/read', { text: new TextDecoder('utf-8', { fatal: true }).decode(content) });
      const data = new vscode.NotebookData(file.cells.map(cellOf));
      data.metadata = { place: file.place, extra: file.extra };
      return data;
    } catch (error) {
      const why = error instanceof TypeError ? "the notebook can't be read: it isn't UTF-8 text" : sentence(failureOf(error));
      // What VS Code itself shows then names no reason.
      void vscode.window.showErrorMessage(why);
      throw new Error(why, { cause: error });
    }
  }

  async serializeNotebook({ cells, metadata }: vscode.NotebookData): Promise<Uint8Array> {
    const parts = cells.map(({ kind, value, outputs, metadata }) => ({ kind, text: value, outputs: outputs ?? [], metadata: metadata ?? {} }));
    return new TextEncoder().encode(await this.write(parts, metadata ?? {}, 'kqlnb'));
  }

  /** An open notebook in another form. */
  text(notebook: vscode.NotebookDocument, form: NotebookForm): Promise<string> {
    const parts = notebook.getCells().map(({ kind, document, outputs, metadata }) => ({ kind, text: document.getText(), outputs, metadata }));
    return this.write(parts, notebook.metadata, form);
  }

  private async write(parts: readonly Part[], { place, extra }: Metadata, form: NotebookForm): Promise<string> {
    const cells = parts.map(({ kind, text, outputs, metadata }): NotebookCell => {
      const output = this.keepsOutputs ? outputs.map(markdownOf).join('\n\n') : '';
      return { kind: kind === vscode.NotebookCellKind.Markup ? 'markdown' : 'kql', text, output, ...some(metadata.extra) };
    });
    const notebook: NotebookFile = { place: place ?? { cluster: '', database: '' }, cells, ...some(extra) };
    return (await this.server.request('kusto/notebook/write', { notebook, form })).text;
  }
}

function some(extra: Extra['extra']): Extra {
  return extra === undefined ? {} : { extra };
}

function cellOf({ kind, text, output, extra }: NotebookCell): vscode.NotebookCellData {
  const { Markup, Code } = vscode.NotebookCellKind;
  const data = kind === 'markdown' ? new vscode.NotebookCellData(Markup, text, 'markdown') : new vscode.NotebookCellData(Code, text, 'kql');
  data.metadata = { extra };
  data.outputs = output === undefined ? [] : [new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text(output, 'text/markdown')])];
  return data;
}

/** An output as text; of errors nothing is kept. */
function markdownOf({ items }: vscode.NotebookCellOutput): string {
  const of = (mime: string): string | undefined => items.filter((item) => item.mime === mime).map((item) => new TextDecoder().decode(item.data))[0];
  const ours = of(outputType);
  return ours === undefined ? (of('text/markdown') ?? '') : (JSON.parse(ours) as NotebookOutput).markdown;
}
