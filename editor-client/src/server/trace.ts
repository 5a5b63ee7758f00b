/**
 * What may stand in the trace that `trace.server` asks for. The library prints all that is sent; what sign-in sends is secret, or about
 * somebody. Its lines are read here as it writes them: one line of words and then the message, or a JSON object.
 */
import { object } from '../results/messages';

export function quiet(line: string): string {
  if (line.startsWith('{')) {
    return redacted(line);
  }
  const end = line.indexOf('\n');
  const head = end < 0 ? line : line.slice(0, end);
  return head.includes("'auth/") ? head : line;
}

/** Answers don't name their method, so of answers nothing is shown; of auth/* neither what is asked nor what is told. */
function redacted(line: string): string {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return '{"type":"a message that could not be read"}';
  }
  if (!object(data) || !object(data.message)) {
    return '{"type":"a message of an unknown shape"}';
  }
  const { jsonrpc, id, method } = data.message;
  if (typeof method === 'string' && !method.startsWith('auth/')) {
    return line;
  }
  return JSON.stringify({ ...data, message: { jsonrpc, id, method } });
}
