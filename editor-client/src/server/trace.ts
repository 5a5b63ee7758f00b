/**
 * What may stand in the trace that `trace.server` asks for: which methods, when. The library prints all that is sent, and with it what
 * sign-in sends, texts and rows. Its lines are read here as it writes them: one line of words and then the message, or a JSON object.
 */
import { object } from '../results/messages';
import { parseObject } from './log';

export function quiet(line: string): string {
  if (!line.startsWith('{')) {
    return line.split('\n', 1).join();
  }
  const { isLSPMessage, type, timestamp, message } = parseObject(line) ?? {};
  const { jsonrpc, id, method } = object(message) ? message : {};
  return JSON.stringify({ isLSPMessage, type, timestamp, message: { jsonrpc, id, method } });
}
