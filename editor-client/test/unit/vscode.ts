/** As much of an editor before 1.101 as unit tests of code that talks to one want; what is registered is kept for them to look at. */
type Disposable = { dispose: () => void };

export const registered = { tools: new Map<string, unknown>(), contexts: new Map<string, unknown>(), progress: [] as Progress[], trees: new Map<string, Tree>() };

/** A progress that is shown: what was said, how it is cancelled, and its end. */
interface Progress {
  readonly title: string;
  readonly said: string[];
  readonly cancel: () => void;
  readonly ended: Promise<void>;
}

/** A tree that is shown; `collapse` is a person's. */
interface Tree {
  readonly provider: unknown;
  readonly collapse: (element: unknown) => void;
}

export const ProgressLocation = { Notification: 15, Window: 10 };

export const window = {
  createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: unknown }): object => {
    const collapsed = new EventEmitter();
    registered.trees.set(id, { provider: treeDataProvider, collapse: (element) => collapsed.fire({ element }) });
    const never = (): Disposable => nothing;
    return { visible: true, selection: [], message: '', onDidChangeSelection: never, onDidExpandElement: never, onDidCollapseElement: collapsed.event, ...nothing };
  },
  withProgress: (
    { title }: { title: string },
    task: (progress: { report: (now: { message?: string }) => void }, token: { onCancellationRequested: (hear: () => void) => void }) => Promise<void>,
  ): Promise<void> => {
    const said: string[] = [];
    let cancel = (): void => undefined;
    const ended = task({ report: ({ message }) => said.push(message ?? '') }, { onCancellationRequested: (hear) => (cancel = hear) });
    registered.progress.push({ title, said, cancel: () => cancel(), ended });
    return ended;
  },
};

const nothing = { dispose: (): void => undefined };

export class Disposable_ {
  static from(...all: readonly Disposable[]): Disposable {
    return { dispose: () => all.forEach((one) => one.dispose()) };
  }
  constructor(readonly dispose: () => void) {}
}
export { Disposable_ as Disposable };

export class EventEmitter {
  private readonly heard: ((value: unknown) => void)[] = [];
  readonly event = (hear: (value: unknown) => void): Disposable => {
    this.heard.push(hear);
    return nothing;
  };
  readonly fire = (value: unknown): void => this.heard.forEach((hear) => hear(value));
  readonly dispose = (): void => undefined;
}

export class TreeItem {
  constructor(readonly label: string, readonly collapsibleState: number) {}
}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export class ThemeIcon {
  constructor(readonly id: string) {}
}
export class DataTransferItem {
  constructor(readonly value: unknown) {}
}

export class MarkdownString {
  value = '';
  appendCodeblock(code: string, language: string): this {
    this.value += `${language}: ${code}`;
    return this;
  }
}

export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}

export class LanguageModelToolResult {
  constructor(readonly content: readonly LanguageModelTextPart[]) {}
}

export const lm = {
  registerTool: (name: string, tool: unknown): Disposable => {
    registered.tools.set(name, tool);
    return nothing;
  },
};

export const commands = {
  registerCommand: (): Disposable => nothing,
  executeCommand: (command: string, ...args: readonly unknown[]): void => {
    if (command === 'setContext') {
      registered.contexts.set(String(args[0]), args[1]);
    }
  },
};

export const workspace = { isTrusted: true, onDidGrantWorkspaceTrust: (): Disposable => nothing };

/** Not there before 1.101. */
export const McpStdioServerDefinition = undefined;
