// `npm run bench -- ingest | delivery | neighbours | history | backlog | feed`: compares Hookline's speed with a bare baseline that
// runs alternately with it. Also measures the speed with hanging endpoints and with millions of stored deliveries.
import { writeFileSync } from 'node:fs';
import { StackError } from '@hookline/stack';
import { describeMachine } from './measure/describe-machine.ts';
import { readOptions, UsageError } from './options.ts';
import { formatBacklog } from './report/format-backlog.ts';
import { formatDelivery } from './report/format-delivery.ts';
import { formatFeed } from './report/format-feed.ts';
import { formatHeader, formatVerdict } from './report/format-header.ts';
import { formatHistory } from './report/format-history.ts';
import { formatIngest } from './report/format-ingest.ts';
import { formatNeighbours } from './report/format-neighbours.ts';
import { formatProfile } from './report/format-profile.ts';
import { Resources } from './resources.ts';
import { type BacklogResult, benchBacklog } from './scenarios/backlog.ts';
import { benchDelivery, type DeliveryResult } from './scenarios/delivery.ts';
import { benchFeed, type FeedResult } from './scenarios/feed.ts';
import { benchHistory, type HistoryResult } from './scenarios/history.ts';
import { benchIngest, type IngestResult } from './scenarios/ingest.ts';
import { benchNeighbours, type NeighboursResult } from './scenarios/neighbours.ts';
import type { ScenarioContext } from './scenarios/scenario.ts';
import { removeAbandonedHomes } from './temporary-home.ts';

const EXIT_STOPPED = 130;

process.exit(await main());

async function main(): Promise<number> {
  const stopping = new AbortController();
  const resources = new Resources();
  const stop = () => {
    stopping.abort(new Error('stopped'));
    void resources.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // The parent process holds stdin open, so the end of stdin means that the parent has ended.
  if (process.env['HOOKLINE_EXIT_WITH_STDIN'] === 'true') process.stdin.once('end', stop).resume();
  try {
    return await bench(stopping.signal, resources);
  } catch (error) {
    if (stopping.signal.aborted) return EXIT_STOPPED;
    const told = error instanceof UsageError || error instanceof StackError;
    console.error(told ? error.message : error);
    return 1;
  } finally {
    await resources.close();
  }
}

async function bench(signal: AbortSignal, resources: Resources): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (process.platform !== 'linux') {
    throw new UsageError(
      'The benchmarks need Linux: they read the CPU time and memory of processes from /proc.',
    );
  }
  removeAbandonedHomes();
  const machine = describeMachine();
  const context: ScenarioContext = {
    options,
    env: process.env,
    signal,
    resources,
    say: (line) => console.error(`  ${line}`),
  };
  const measuredAt = new Date().toISOString();

  let body: string;
  let result: IngestResult | DeliveryResult | NeighboursResult | HistoryResult | BacklogResult | FeedResult;
  if (options.scenario === 'ingest') {
    result = await benchIngest(context);
    body = formatIngest(result, options.seconds);
  } else if (options.scenario === 'history') {
    result = await benchHistory(context);
    body = formatHistory(result);
  } else if (options.scenario === 'backlog') {
    result = await benchBacklog(context);
    body = formatBacklog(result);
  } else if (options.scenario === 'feed') {
    result = await benchFeed(context);
    body = formatFeed(result);
  } else if (options.scenario === 'delivery') {
    result = await benchDelivery(context);
    body = formatDelivery(result);
  } else {
    result = await benchNeighbours(context);
    body = formatNeighbours(result);
  }
  const { servers, aims, problems, profile } = result;
  console.log(formatHeader(options, machine, servers, process.env) + body);
  if (profile) console.log(formatProfile(options.scenario, profile));
  console.log(formatVerdict(aims, problems, options.profile));
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ measuredAt, machine, options, ...result }, null, 2)}\n`);
  }
  // A missed aim is a result, but a lost event is a failure.
  return problems.length === 0 ? 0 : 1;
}
