import type { GlobalOptions } from '../context.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatRecord } from './format-record.ts';

/** Prints the answer of an operation: its data on stdout, its warnings on stderr. */
export function printAnswer(
  answer: unknown,
  terminal: Terminal,
  { json }: Pick<GlobalOptions, 'json'>,
): void {
  const { data, warnings } = answer as { data?: unknown; warnings?: readonly { message?: unknown }[] };
  for (const { message } of warnings ?? []) terminal.err(`Warning: ${safeLine(String(message))}\n`);
  const shown = data === undefined ? answer : data;
  if (json === true) terminal.out(`${safeJson(shown, terminal.outIsTty ? 2 : undefined)}\n`);
  else if (isMessage(shown)) terminal.err(`${safeLine(shown.message)}\n`);
  else terminal.out(formatRecord(shown, terminal.paintOut));
}

/** An answer that is nothing but a sentence. */
const isMessage = (data: unknown): data is { message: string } =>
  typeof data === 'object' &&
  data !== null &&
  Object.keys(data).length === 1 &&
  typeof (data as { message?: unknown }).message === 'string';
