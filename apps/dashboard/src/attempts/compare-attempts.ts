import type { Attempt } from '@hookline/contracts';
import { formatDuration } from '../time/format-time.ts';

/** One thing that two attempts have, or one of them. */
export interface ComparedRow {
  name: string;
  /** Undefined: this attempt has no such thing. */
  left: string | undefined;
  right: string | undefined;
}

export const differs = ({ left, right }: ComparedRow): boolean => left !== right;

/** What two attempts have, side by side: the result first, then the headers of both requests and of both answers. */
export function compareAttempts(left: Attempt, right: Attempt): ComparedRow[] {
  const row = (name: string, read: (attempt: Attempt) => string | number | null): ComparedRow => ({
    name,
    left: read(left)?.toString(),
    right: read(right)?.toString(),
  });
  return [
    row('Answer', ({ responseCode }) => responseCode),
    row('Error', ({ errorCode }) => errorCode),
    row('Duration', ({ durationMs }) => formatDuration(durationMs)),
    row('First byte', ({ firstByteMs }) => (firstByteMs === null ? null : formatDuration(firstByteMs))),
    row('HTTP', ({ httpVersion }) => httpVersion),
    row('Caused by', ({ trigger }) => trigger),
    ...compareHeaders('request', left.requestHeaders, right.requestHeaders),
    ...compareHeaders('answer', left.responseHeaders, right.responseHeaders),
    row('Body of the answer', ({ responseBody }) => responseBody),
  ].filter((each) => each.left !== undefined || each.right !== undefined);
}

function compareHeaders(
  where: string,
  left: Attempt['requestHeaders'],
  right: Attempt['requestHeaders'],
): ComparedRow[] {
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...names]
    .sort()
    .map((name) => ({ name: `${where}: ${name}`, left: left?.[name], right: right?.[name] }));
}
