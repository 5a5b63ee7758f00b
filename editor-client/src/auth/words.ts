/** What a prompt says, as text: no VS Code here, so that tests read it. */
import type { AuthPrompt } from '../../generated/protocol';

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

/** Whether an address may be opened: it is the authority's, and never plain http. */
export function opensSafely(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}
