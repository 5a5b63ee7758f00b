/** One line of the server's log, which is JSON from zap on stderr, as a level and a text for the log channel. */
const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

export interface Line {
  readonly level: Level;
  readonly text: string;
}

// These open the line or would repeat what the channel writes itself.
const shown = new Set(['level', 'ts', 'msg', 'logger', 'caller', 'stacktrace']);

/** Anything that isn't a line of zap's is kept as it is: a Go panic must not get lost. */
export function parseLine(raw: string): Line {
  const entry = parseObject(raw);
  if (entry === undefined || typeof entry['msg'] !== 'string') {
    return { level: /^(panic:|fatal error:|goroutine |WARNING: DATA RACE)/.test(raw) ? 'error' : 'info', text: raw };
  }
  const name = typeof entry['level'] === 'string' ? entry['level'].toLowerCase() : 'info';
  const logger = typeof entry['logger'] === 'string' ? `${entry['logger']}: ` : '';
  const fields = Object.entries(entry)
    .filter(([key]) => !shown.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const stack = typeof entry['stacktrace'] === 'string' ? `\n${entry['stacktrace']}` : '';
  // What ends a process is an error for a reader.
  return { level: levels.find((level) => level === name) ?? (/panic|fatal/.test(name) ? 'error' : 'info'), text: [logger + entry['msg'], ...fields].join(' ') + stack };
}

export function parseObject(raw: string): Record<string, unknown> | undefined {
  if (!raw.startsWith('{')) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
