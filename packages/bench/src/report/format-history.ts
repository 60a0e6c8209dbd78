import type { HistoryResult } from '../scenarios/history.ts';
import { formatCount, formatMs } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

export function formatHistory(result: HistoryResult): string {
  const { smallRows, largeRows, fillSeconds, rows } = result;
  return `
The same API calls to a delivery with ${formatCount(smallRows)} deliveries and to one with ${formatCount(largeRows)} (filled in ${formatCount(fillSeconds)} s), alternately; medians
${formatTable(
  ['', `ms of ${formatCount(smallRows)}`, `ms of ${formatCount(largeRows)}`, 'ratio'],
  rows.map(({ what, smallMs, largeMs, ratio }) => [
    what,
    formatMs(smallMs),
    formatMs(largeMs),
    ratio.toFixed(2),
  ]),
)}

  The time of a claim is the mean in Postgres during the calls.
`;
}
