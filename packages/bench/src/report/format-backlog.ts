import type { BacklogResult } from '../scenarios/backlog.ts';
import { formatCount } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

export function formatBacklog({ small, large }: BacklogResult): string {
  return `
Retries that were all due when sending started, to 20 endpoints of one tenant at one receiver
${formatTable(
  ['', 'due', 'seconds', 'sent/s'],
  [small, large].map((drain, index) => [
    index === 0 ? 'few' : 'many',
    formatCount(drain.rows),
    drain.seconds.toFixed(1),
    formatCount(drain.perSecond),
  ]),
)}
`;
}
