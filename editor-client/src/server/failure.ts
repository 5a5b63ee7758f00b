/** What went wrong in a call to the server, in the shape the server itself uses inside results. */
import type { ErrorData, FailureInfo } from '../../generated/protocol';

const requestCancelled = -32800;

/** Makes a FailureInfo of anything that was thrown. */
export function failureOf(error: unknown): FailureInfo {
  const message = error instanceof Error ? error.message : String(error);
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
  return { message, data: isErrorData(data) ? data : { kind: 'other' } };
}

/** True when the call ended because somebody stopped it, or in a way that they know of. */
export function wasStopped(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) {
    return false;
  }
  if (('code' in error && error.code === requestCancelled) || (error instanceof Error && error.name === 'Canceled')) {
    return true;
  }
  const { kind, shown } = failureOf(error).data;
  return kind === 'stopped' || shown === true;
}

/** One line for a message box: what, then what next. */
export function sentence(failure: FailureInfo): string {
  const { hint } = failure.data;
  const message = capital(failure.message);
  if (hint === undefined || hint === '' || failure.message.includes(hint)) {
    return message;
  }
  return message.endsWith('.') ? `${message} ${capital(hint)}.` : `${message}: ${hint}`;
}

/** The server's sentences begin in lower case, as parts of longer ones; here they stand alone. What begins one may be a name, as assert(). */
export const capital = (text: string): string => text.replace(/^\p{Ll}(?=[\p{L}'’-]*([\s,:;]|$))/u, (first) => first.toUpperCase());

function isErrorData(value: unknown): value is ErrorData {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
