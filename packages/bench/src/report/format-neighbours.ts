import {
  DEAD_ENDPOINTS,
  HEALTHY_ENDPOINTS,
  type NeighboursResult,
  type NeighboursSide,
  RATE_PER_SECOND,
} from '../scenarios/neighbours.ts';
import { formatNoise } from './format-noise.ts';
import { formatCount, formatMegabytes, formatMs, formatPercent, formatSpread } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

export function formatNeighbours(result: NeighboursResult): string {
  const sides = result.pairs.flatMap(({ alone, withDead }) => [alone, withDead]);
  return `
${RATE_PER_SECOND} events/s for ${result.seconds} s a side: half of them to ${HEALTHY_ENDPOINTS} endpoints that answer, half to ${DEAD_ENDPOINTS} that
hang, or, on the side without them, to no endpoint; a warm-up pair ran before these
${formatTable(
  [
    '',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'max ms',
    'arrived',
    'lost',
    'in flight',
    'hanging',
    'waiting',
    'connections',
    'peak RSS',
    'others',
    'steal',
  ],
  result.pairs.flatMap(({ alone, withDead }, index) => [
    [`pair ${index + 1}  without`, ...formatSide(alone)],
    ['        with', ...formatSide(withDead)],
  ]),
)}

  p95 of the healthy, with of without      ${formatSpread(result.growth)}

  From the stream's acknowledgement to the arrival, of events for endpoints that answer. in flight, waiting (in memory),
  connections (to Postgres): the most of four samples a second. others: cores kept busy by other processes.
${formatNoise(sides.map(({ machine }) => machine))}`;
}

const formatSide = (side: NeighboursSide): string[] => [
  formatMs(side.latency.p50Ms),
  formatMs(side.latency.p95Ms),
  formatMs(side.latency.p99Ms),
  formatMs(side.latency.maxMs),
  formatCount(side.arrived),
  formatCount(side.lost),
  formatCount(side.mostInFlight),
  formatCount(side.hanging),
  formatCount(side.mostWaiting),
  formatCount(side.mostConnections),
  formatMegabytes(side.peakMemoryBytes),
  side.machine.coresOfOthers.toFixed(2),
  formatPercent(side.machine.steal),
];
