/** The page of a webview of ours: no inline script or style, nothing from the network. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** name is that of its script in out/, of its style sheet in media/ and of its main element. */
export function page(webview: vscode.Webview, extension: vscode.Uri, { title, name }: { title: string; name: string }): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (...parts: string[]): string => webview.asWebviewUri(vscode.Uri.joinPath(extension, ...parts)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file('media', 'codicon.css')}">
<link rel="stylesheet" href="${file('media', `${name}.css`)}">
<title>${title}</title>
</head>
<body>
<main id="${name}"></main>
<script nonce="${nonce}" src="${file('out', `${name}.js`)}"></script>
</body>
</html>`;
}
