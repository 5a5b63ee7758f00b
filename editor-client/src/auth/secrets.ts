/**
 * What the editor keeps for the server: the key that seals saved sign-ins, secrets by name, and sessions of its own Microsoft
 * account. None of it is logged, nor kept anywhere but in VS Code's secret storage.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { AuthSecretResult, AuthStorageKeyResult, AuthVSCodeTokenParams, AuthVSCodeTokenResult } from '../../generated/protocol';

const keyName = 'calypso.storageKey';
const secretName = (name: string): string => `calypso.secret.${name}`;

export async function storageKey(store: vscode.SecretStorage, create: boolean): Promise<AuthStorageKeyResult> {
  const kept = await store.get(keyName);
  if (kept !== undefined || !create) {
    return { key: kept ?? '' };
  }
  const key = randomBytes(32).toString('base64');
  await store.store(keyName, key);
  return { key };
}

export async function secret(store: vscode.SecretStorage, name: string): Promise<AuthSecretResult> {
  return { value: (await store.get(secretName(name))) ?? '' };
}

/** Asks for a secret that settings name as vscode:<name>. An empty one is forgotten. */
export async function storeSecret(store: vscode.SecretStorage): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: 'Store Secret (1/2)',
    prompt: 'Name, as config.toml refers to it: client_secret = "vscode:<name>"',
    ignoreFocusOut: true,
    validateInput: (value) => (/^[\w.-]*$/.test(value) ? null : 'Letters, digits, dot, dash and underscore'),
  });
  if (name === undefined || name === '') {
    return;
  }
  const value = await vscode.window.showInputBox({ title: 'Store Secret (2/2)', prompt: `Value of ${name}; empty forgets it`, password: true, ignoreFocusOut: true });
  if (value === undefined) {
    return;
  }
  await (value === '' ? store.delete(secretName(name)) : store.store(secretName(name), value));
  vscode.window.setStatusBarMessage(value === '' ? `$(check) ${name} is forgotten` : `$(check) ${name} is stored`, 5000);
}

/** A session of the Microsoft account that VS Code holds; no token when there is none, or the person says no. */
export async function vscodeToken({ scopes, tenant, silent, fresh, wwwAuthenticate }: AuthVSCodeTokenParams): Promise<AuthVSCodeTokenResult> {
  const fallbackScopes = [...scopes, ...(tenant === undefined || tenant === '' ? [] : [`VSCODE_TENANT:${tenant}`])];
  const options: vscode.AuthenticationGetSessionOptions = silent === true ? { silent: true } : fresh === true ? { forceNewSession: true } : { createIfNone: true };
  // From VS Code 1.105 on, a challenge goes along with the scopes; the types are those of the oldest VS Code that we run in.
  const [major = 0, minor = 0] = vscode.version.split('.').map(Number);
  const challenged = wwwAuthenticate !== undefined && wwwAuthenticate !== '' && (major > 1 || minor >= 105);
  const asked = (challenged ? { wwwAuthenticate, fallbackScopes } : fallbackScopes) as readonly string[];
  try {
    const session = await vscode.authentication.getSession('microsoft', asked, options);
    return session === undefined ? { token: '' } : { token: session.accessToken, account: session.account.label };
  } catch {
    return { token: '' }; // No such provider here, or the person refused; the server words both.
  }
}
