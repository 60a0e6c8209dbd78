import type { LogEntry, LogLevel } from './log.ts';

/** The length of the longest source name, so that messages are aligned. */
const SOURCE_WIDTH = 9;
const levelColors: Record<LogLevel, string> = {
  debug: '\u001b[2m',
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
/** Values come from senders and must not move the cursor, change colours or reverse the direction of text. */
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/** `HH:MM:SS.mmm  delivery   info   message key=value …`, in local time; an error's stack follows on indented lines. */
export function formatLogEntry(entry: LogEntry, options: { color?: boolean } = {}): string {
  const { stack, pairs } = describeFields(entry.fields ?? {});
  const level = entry.level === undefined ? '' : `${entry.level.padEnd(5)}  `;
  const prefix = `${clockTime(entry.time)}  ${entry.source.padEnd(SOURCE_WIDTH)}`;
  const text = [entry.message, ...pairs].filter((part) => part !== '').join(' ');
  const line = options.color
    ? `${DIM}${prefix}${RESET}  ${level === '' ? '' : `${levelColors[entry.level ?? 'info']}${level}${RESET}`}${text}`
    : `${prefix}  ${level}${text}`;
  // The cause of a warning has been handled, so its stack trace is left out.
  const frames = entry.level === 'warn' ? [] : stack;
  return [line, ...frames.map((frame) => `    ${frame}`)].join('\n').trimEnd();
}

function clockTime(time: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

function describeFields(fields: Record<string, unknown>): { pairs: string[]; stack: string[] } {
  const pairs: string[] = [];
  let stack: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'err' && typeof value === 'object' && value !== null) {
      const { stack: trace, message, code } = value as { stack?: unknown; message?: unknown; code?: unknown };
      pairs.push(`err=${describeValue(message ?? 'unknown')}`);
      if (code !== undefined) pairs.push(`code=${describeValue(code)}`);
      if (typeof trace === 'string') stack = trace.split('\n').map((frame) => frame.trim());
      continue;
    }
    // A service's start line has dozens of options, which would fill the terminal. Where a log is collected they are in its JSON.
    if (key === 'options' && typeof value === 'object') continue;
    pairs.push(`${key}=${describeValue(value)}`);
  }
  return { pairs, stack };
}

function describeValue(value: unknown): string {
  const text =
    typeof value === 'string' && value !== '' && /^[^\s"=]+$/.test(value)
      ? value
      : (JSON.stringify(value) ?? String(value));
  return text.replace(CONTROLS, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
