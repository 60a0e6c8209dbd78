import {
  BROADCASTS,
  type FeedResult,
  type FeedSide,
  GROUPS,
  type IdleSocket,
  RATE_PER_SECOND,
  SLOW_SOCKETS,
} from '../scenarios/feed.ts';
import { formatNoise } from './format-noise.ts';
import { formatCount, formatMs, formatPercent, formatSpread } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

export function formatFeed(result: FeedResult): string {
  const { idle, slow } = result;
  const sides = result.pairs.flatMap(({ bare, ours }) => [bare, ours]);
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  return `
${formatCount(result.sockets)} sockets a side; ${RATE_PER_SECOND} events/s for ${result.seconds} s, each for one socket in ${GROUPS}; then one event
to all, ${BROADCASTS} times, of which the median is shown; a warm-up pair ran before these
${formatTable(
  [
    '',
    'matched p50 ms',
    'p99 ms',
    'CPU s',
    'to all p50 ms',
    'p99 ms',
    'max ms',
    'CPU s',
    'lost',
    'others',
    'steal',
  ],
  result.pairs.flatMap(({ bare, ours }, index) => [
    [`pair ${index + 1}  bare`, ...formatSide(bare)],
    ['        ours', ...formatSide(ours)],
  ]),
)}

  speed of one event to all, ours of bare   ${formatSpread(result.broadcastShare)}

${formatTable(
  ['KB of the server for each idle socket', 'resident', 'on the heap', 'with garbage'],
  [
    [`bare  ${formatCount(result.sockets)} sockets`, ...formatIdle(idle.bare)],
    [`ours  ${formatCount(result.sockets)} sockets`, ...formatIdle(idle.ours)],
    [`ours  ${formatCount(idle.socketIoSockets)} by Socket.IO`, ...formatIdle(idle.socketIo)],
  ],
)}

  ${SLOW_SOCKETS} sockets that read nothing           ${kilobytes(slow.heldEach)} held for each; p99 of the others ${formatMs(slow.othersP99Ms)} ms; closed with ${JSON.stringify(slow.codes)}

  From the publication to the arrival at a client. others: cores kept busy by other processes.
${formatNoise(sides.map(({ machine }) => machine))}`;
}

const formatIdle = ({ resident, heap, withGarbage }: IdleSocket): string[] =>
  [resident, heap, withGarbage].map((bytes) => (bytes / 1024).toFixed(1));

const formatSide = (side: FeedSide): string[] => [
  formatMs(side.matched.p50Ms),
  formatMs(side.matched.p99Ms),
  side.matchedCpuSeconds.toFixed(2),
  formatMs(side.broadcast.p50Ms),
  formatMs(side.broadcast.p99Ms),
  formatMs(side.broadcast.maxMs),
  side.broadcastCpuSeconds.toFixed(2),
  formatCount(side.lost),
  side.machine.coresOfOthers.toFixed(2),
  formatPercent(side.machine.steal),
];
