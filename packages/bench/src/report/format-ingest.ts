import { CONNECTIONS, type IngestResult, type IngestSide } from '../scenarios/ingest.ts';
import { formatNoise } from './format-noise.ts';
import { formatCount, formatMegabytes, formatMs, formatPercent, formatSpread } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

const COLUMNS = [
  'req/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'CPU s/1,000',
  'events/s/core',
  'CPU of NATS',
  'peak RSS',
  'not 2xx',
  'load',
  'others',
  'steal',
];

export function formatIngest(result: IngestResult, seconds: number): string {
  const pairs = result.closedLoop.flatMap(({ bare, ours }, index) => [
    [`pair ${index + 1}  bare`, ...formatSide(bare)],
    [`        ours`, ...formatSide(ours)],
  ]);
  const rates = result.fixedRate.flatMap(({ ratePerSecond, bare, ours }) => [
    [`${formatCount(ratePerSecond)}/s  bare`, ...formatSide(bare)],
    [`       ours`, ...formatSide(ours)],
  ]);
  const loads = [...result.closedLoop, ...result.fixedRate].flatMap(({ bare, ours }) => [
    bare.machine,
    ours.machine,
  ]);
  return `
Closed loop: ${CONNECTIONS} connections, each with one request in flight, ${seconds} s a side; a warm-up pair ran before these
${formatTable(['', ...COLUMNS], pairs)}

  requests/s, ours of bare               ${formatSpread(result.ratio)}
  requests/CPU second of the server      ${formatSpread(result.ratioPerCpuSecond)}

Fixed rate: requests are due at fixed times, latency counts from then, ${seconds} s a side
${formatTable(['', ...COLUMNS], rates)}

  CPU s/1,000: CPU seconds of the server process for 1,000 requests; events/s/core: its inverse. CPU of NATS: the same
  of nats-server. load: load average of a minute; others: cores kept busy by processes that are no part of this; steal:
  time that the host gave to other machines.
${formatNoise(loads)}`;
}

function formatSide(side: IngestSide): string[] {
  const perThousand = (seconds: number) => (seconds / side.requests) * 1_000;
  const refused = Object.values(side.refused).reduce((sum, count) => sum + count, 0);
  return [
    formatCount(side.requestsPerSecond),
    formatMs(side.latency.p50Ms),
    formatMs(side.latency.p95Ms),
    formatMs(side.latency.p99Ms),
    perThousand(side.cpuSeconds.server).toFixed(3),
    formatCount(side.requests / side.cpuSeconds.server),
    perThousand(side.cpuSeconds.nats).toFixed(3),
    formatMegabytes(side.peakMemoryBytes),
    formatCount(refused),
    side.machine.loadAverage.toFixed(1),
    side.machine.coresOfOthers.toFixed(2),
    formatPercent(side.machine.steal),
  ];
}
