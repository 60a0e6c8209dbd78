import type { StatementCount } from '../measure/database-activity.ts';
import {
  BARE_CONCURRENCY,
  type BareDeliverySide,
  type DeliveryResult,
  type DeliverySide,
  type LatencyRun,
} from '../scenarios/delivery.ts';
import { formatNoise } from './format-noise.ts';
import { formatCount, formatMegabytes, formatMs, formatPercent, formatSpread } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

/** More statements would add nothing useful to the table. */
const SHOWN_STATEMENTS = 8;

export function formatDelivery(result: DeliveryResult): string {
  const { events } = result;
  const last = result.pairs.at(-1)?.ours;
  const loads = [...result.pairs.flatMap(({ bare, ours }) => [bare, ours]), ...result.latency].map(
    ({ machine }) => machine,
  );
  return `
${formatCount(events)} events a side, to 20 endpoints of one tenant at one receiver; bare keeps ${BARE_CONCURRENCY} requests in flight; a warm-up pair ran before these
${formatTable(
  [
    '',
    'sent/s',
    'CPU s/1,000',
    'sent/s/core',
    'Postgres',
    'NATS',
    'receiver',
    'peak RSS',
    'load',
    'others',
    'steal',
  ],
  result.pairs.flatMap(({ bare, ours }, index) => [
    [`pair ${index + 1}  bare`, ...formatBare(bare, events)],
    [`        ours`, ...formatOurs(ours, events)],
  ]),
)}

  deliveries/s, ours of bare               ${formatSpread(result.ratio)}
  deliveries/CPU second of the sender      ${formatSpread(result.ratioPerCpuSecond)}

Postgres, per event of Hookline's side, until every attempt was recorded
${formatTable(
  ['', 'statements', 'transactions', 'writing', 'WAL bytes', 'attempts', 'repeats'],
  result.pairs.map(({ ours }, index) => [
    `pair ${index + 1}`,
    (ours.database.statements / events).toFixed(4),
    (ours.transactions / events).toFixed(4),
    (ours.database.writingTransactions / events).toFixed(4),
    formatCount(ours.database.walBytes / events),
    formatCount(ours.attempts),
    formatCount(ours.repeats),
  ]),
)}
${last ? formatStatements(last.database.byTime.slice(0, SHOWN_STATEMENTS)) : ''}${result.latency.length > 0 ? formatLatency(result.latency) : ''}
  CPU s/1,000: CPU seconds of the sending process for 1,000 deliveries, and beside it the same of all Postgres processes,
  of nats-server and of the receiver. transactions: of pg_stat_database, Postgres's own and those that only read
  included; writing: those that were given an id. load: load average of a minute; others: cores kept busy by processes
  that are no part of this; steal: time that the host gave to other machines.
${formatNoise(loads)}`;
}

function formatBare(side: BareDeliverySide, events: number): string[] {
  const perThousand = (seconds: number) => ((seconds / events) * 1_000).toFixed(3);
  return [
    formatCount(side.perSecond),
    perThousand(side.cpuSeconds.sender),
    formatCount(events / side.cpuSeconds.sender),
    '',
    '',
    perThousand(side.cpuSeconds.receiver),
    formatMegabytes(side.peakMemoryBytes),
    ...formatMachine(side),
  ];
}

function formatOurs(side: DeliverySide, events: number): string[] {
  const perThousand = (seconds: number) => ((seconds / events) * 1_000).toFixed(3);
  return [
    formatCount(side.perSecond),
    perThousand(side.cpuSeconds.delivery),
    formatCount(events / side.cpuSeconds.delivery),
    perThousand(side.cpuSeconds.postgres),
    perThousand(side.cpuSeconds.nats),
    perThousand(side.cpuSeconds.receiver),
    formatMegabytes(side.peakMemoryBytes),
    ...formatMachine(side),
  ];
}

function formatMachine({ machine }: { machine: DeliverySide['machine'] }): string[] {
  return [machine.loadAverage.toFixed(1), machine.coresOfOthers.toFixed(2), formatPercent(machine.steal)];
}

function formatStatements(statements: readonly StatementCount[]): string {
  const rows = statements.map(({ text, calls, totalMs, rows: count }) => [
    nameStatement(text),
    formatCount(calls),
    formatCount(count),
    formatMs(totalMs / calls),
    formatCount(totalMs),
  ]);
  return `
The slowest statements of the last pair, by total time
${formatTable(['', 'calls', 'rows', 'ms each', 'ms in all'], rows)}
`;
}

/** A short description of a statement: the tables that it writes, or its first characters. */
function nameStatement(text: string): string {
  const written = [...text.matchAll(/(?:insert into|update|delete from) (\w+)/g)]
    .map(([, table]) => table)
    .filter((table) => table !== 'skip');
  const flat = text.replace(/\s+/g, ' ').trim();
  return written.length > 0 ? `writes ${[...new Set(written)].join(', ')}` : flat.slice(0, 60);
}

function formatLatency(runs: readonly LatencyRun[]): string {
  const rows = runs.map((run) => {
    const { cpuSeconds } = run;
    const cores = (seconds: number) => (seconds / (run.elapsedMs / 1_000)).toFixed(2);
    return [
      `${formatCount(run.ratePerSecond)}/s`,
      formatMs(run.latency.p50Ms),
      formatMs(run.latency.p95Ms),
      formatMs(run.latency.p99Ms),
      formatMs(run.latency.maxMs),
      formatMs(run.ingestLatency.p50Ms),
      formatMs(run.ingestLatency.p95Ms),
      formatCount(run.accepted),
      formatCount(run.lost),
      (run.database.statements / run.accepted).toFixed(3),
      `${cores(cpuSeconds.ingest)} ${cores(cpuSeconds.delivery)} ${cores(cpuSeconds.nats)} ${cores(cpuSeconds.postgres)}`,
      ...formatMachine(run),
    ];
  });
  return `
Time from the 2xx of ingest to the arrival at the receiver, at fixed rates
${formatTable(
  [
    '',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'max ms',
    '2xx p50',
    '2xx p95',
    'accepted',
    'lost',
    'SQL/event',
    'cores ingest delivery NATS Postgres',
    'load',
    'others',
    'steal',
  ],
  rows,
)}
`;
}
