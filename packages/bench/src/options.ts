import { parseArgs } from 'node:util';

export const SCENARIOS = ['ingest', 'delivery', 'neighbours', 'history', 'backlog', 'feed'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface BenchOptions {
  scenario: Scenario;
  /** The number of measured pairs. A warm-up pair runs before them and is dropped. */
  pairs: number;
  /** The length of each side of a pair of ingest, neighbours or feed, and of each open-loop run of ingest. */
  seconds: number;
  /** The number of events of each side of a delivery pair. */
  events: number;
  /** The number of deliveries of the large side of history, or of due retries of backlog. */
  rows: number;
  /** The number of sockets of each side of feed. */
  sockets: number;
  /** The length of each open-loop run from ingest to the receiver. */
  latencySeconds: number;
  bodyBytes: number;
  /** NATS syncs every event to disk before it acknowledges it. */
  sync: boolean;
  profile: boolean;
  /** The file to which the whole result is written. */
  json: string | undefined;
  verbose: boolean;
}

/** Wrong arguments. The message explains them. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run bench -- ingest | delivery | neighbours | history | backlog | feed [options]

  --pairs N             measured pairs of Hookline and bare, after a warm-up pair (3)
  --seconds N           ingest, neighbours, feed: length of each side (5)
  --events N            delivery: events of each side (20000)
  --rows N              history: stored deliveries (10000000: 10 GB, 15 minutes);
                        backlog: retries that are due (1000000: 5 GB, 10 minutes)
  --sockets N           feed: sockets of each side (2000; 10000 for the whole picture)
  --latency-seconds N   delivery: length of each fixed-rate run; 0 skips these runs (10)
  --body-bytes N        size of each body (2048)
  --sync                NATS syncs each event to disk ("sync_interval: always")
  --profile             print where the service under test spends its time; its speed is then meaningless
  --json FILE           write all measurements to FILE as JSON
  --verbose             also show the warnings of the services`;

const BACKLOG_ROWS = 1_000_000;
const NUMBERS = {
  pairs: { fallback: 3, min: 1, max: 20 },
  seconds: { fallback: 5, min: 1, max: 60 },
  events: { fallback: 20_000, min: 100, max: 200_000 },
  rows: { fallback: 10_000_000, min: 10_000, max: 100_000_000 },
  sockets: { fallback: 2_000, min: 200, max: 15_000 },
  'latency-seconds': { fallback: 10, min: 0, max: 60 },
  'body-bytes': { fallback: 2_048, min: 700, max: 1_000_000 },
} as const;

/** @throws UsageError */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const [scenario, ...rest] = positionals;
  if (!isScenario(scenario) || rest.length > 0) throw new UsageError(USAGE);
  const number = (name: keyof typeof NUMBERS): number => {
    const { fallback, min, max } = NUMBERS[name];
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${values[name]}"`);
    }
    return value;
  };
  return {
    scenario,
    pairs: number('pairs'),
    seconds: number('seconds'),
    events: number('events'),
    rows: scenario === 'backlog' && values.rows === undefined ? BACKLOG_ROWS : number('rows'),
    sockets: number('sockets'),
    latencySeconds: number('latency-seconds'),
    bodyBytes: number('body-bytes'),
    sync: values.sync,
    profile: values.profile,
    json: values.json,
    verbose: values.verbose,
  };
}

const isScenario = (name: string | undefined): name is Scenario => SCENARIOS.some((each) => each === name);

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pairs: { type: 'string' },
        seconds: { type: 'string' },
        events: { type: 'string' },
        rows: { type: 'string' },
        sockets: { type: 'string' },
        'latency-seconds': { type: 'string' },
        'body-bytes': { type: 'string' },
        sync: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        json: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
