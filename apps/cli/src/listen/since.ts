import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

/** Where `listen` and `tail` begin. */
export type Since = { kind: 'now' } | { kind: 'last' } | { kind: 'time'; at: string };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `--since`: `last`, how long ago (`10m`), or a time. */
export function readSince(text: string | undefined, nowMs: number): Since {
  if (text === undefined) return { kind: 'now' };
  if (text === 'last') return { kind: 'last' };
  const ago = readDurationMs(text);
  if (ago !== undefined) return { kind: 'time', at: new Date(nowMs - ago).toISOString() };
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : undefined;
  if (at !== undefined && !Number.isNaN(at.getTime())) return { kind: 'time', at: at.toISOString() };
  throw new CliError(
    EXIT.usage,
    `--since: "${text}" is not "last", a duration such as 10m, or a time such as 2026-12-01T08:00:00Z.`,
  );
}

/** `500ms`, `30s`, `10m`, `2h`, `1d`. @returns undefined for any other text */
export function readDurationMs(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  const [, number, unit] = match;
  return Number(number) * (unit === 'ms' ? 1 : (UNIT_MS[unit as string] as number));
}
