/** What sign-in says, as text: no VS Code here, so that tests read it. */
import type { AuthPrompt, AuthService, AuthStatus } from '../protocol.gen';

/** Minutes and seconds until a moment; "" when there is none. */
export function countdown(expiresAt: string | undefined, now: number): string {
  const end = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
  if (Number.isNaN(end)) {
    return '';
  }
  const seconds = Math.max(0, Math.round((end - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The title of a device code's list. */
export function promptTitle(prompt: AuthPrompt, now: number): string {
  const left = countdown(prompt.expiresAt, now);
  const reason = prompt.reason === undefined ? '' : ` ${prompt.reason}`;
  return `Sign in${reason}: code ${prompt.userCode ?? ''}${left === '' ? '' : ` (${left} left)`}`;
}

const modes: Record<string, string> = {
  device_code: 'by code',
  browser: 'by browser',
  vscode: 'VS Code account',
  azure_cli: 'Azure CLI',
  managed_identity: 'managed identity',
  client_secret: 'app with secret',
  client_certificate: 'app with certificate',
  environment_credential: 'from the environment',
  workload_identity: 'workload identity',
  default: 'default',
};

/** A mode of sign-in in words. */
export function modeName(mode: string): string {
  return modes[mode] ?? mode;
}

/** Text and tooltip of the status bar; undefined when it says nothing. */
export function statusOf(status: AuthStatus, waiting: string | undefined): { text: string; tooltip: string; warning: boolean } | undefined {
  const place = status.resource === '' ? 'Azure' : status.resource;
  if (waiting !== undefined) {
    return { text: `$(key) ${waiting}`, tooltip: 'A sign-in waits for you. Click to show its code again.', warning: true };
  }
  switch (status.state) {
    case 'signed_in': {
      const who = status.account === '' ? modeName(status.mode) : status.account;
      const how = status.account === '' ? '' : ` (${modeName(status.mode)})`;
      const tenant = status.tenant === '' ? '' : `, tenant ${status.tenant}`;
      const note = status.note === undefined ? '' : ` Kept for this session only: ${status.note}.`;
      return { text: `$(account) ${who}${how}`, tooltip: `Signed in as ${who}${how}${tenant}.${note} Click for more.`, warning: false };
    }
    case 'asking':
      return { text: '$(sync~spin) Signing in', tooltip: `A sign-in to ${place} is under way.`, warning: false };
    case 'failing':
      return { text: '$(warning) Sign-in', tooltip: `${status.message ?? 'Sign-in failed.'} Click for more.`, warning: true };
    case 'signed_out':
      return status.resource === '' ? undefined : { text: '$(account) Sign in', tooltip: `Nobody is signed in to ${place} (${modeName(status.mode)}). Click to sign in.`, warning: false };
  }
}

/** What stands beside a token at hand. */
export function tokenDetail(service: AuthService, until: string): string {
  return service.tenant === undefined || service.tenant === '' ? `until ${until}` : `until ${until}, tenant ${service.tenant}`;
}

/** Why a tenant can't be one; null when it can. The server checks it again. */
export function tenantFault(value: string): string | null {
  return /^[A-Za-z0-9.-]{0,253}$/.test(value) ? null : 'A tenant is an id or a domain, as contoso.onmicrosoft.com';
}

/** Whether an address may be opened: it is the authority's, and never plain http. */
export function opensSafely(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}

/** The lines that let a host have Kusto's tokens. */
export function trustLines(host: string): string {
  return `[azure_auth.trusted_hosts]\n"${host}" = "kusto"\n`;
}

/** The host at the start of "x isn't a known Kusto endpoint; …"; "" for other sentences. */
export function untrustedHost(message: string): string {
  return /^(\S+) isn't a known /.exec(message)?.[1] ?? '';
}
