export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;

/** The servers of a provider: its API, its token endpoint, and the hub of YouTube's pushes. */
export type Server = 'api' | 'token' | 'hub';

/** Something that goes wrong, declared in advance. Times in ms since the start. */
export interface Fault {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Empty: it is ours. */
  readonly providers: readonly string[];
  readonly servers: readonly Server[];
  /** `error`: 503. `silent`: no answer. `busy`: 429 with Retry-After. `half`: every second call is a 502. */
  readonly how: 'error' | 'silent' | 'busy' | 'half' | 'replicas-down' | 'burst-of-a-tenant';
  /** Of how many replicas, from the last one. */
  readonly replicas?: number;
}

interface FaultTime {
  readonly day: number;
  readonly hour: number;
  readonly hours: number;
}

const fault = (
  name: string,
  { day, hour, hours }: FaultTime,
  rest: Pick<Fault, 'how'> & Partial<Fault>,
): Fault => ({
  name,
  fromMs: day * DAY_MS + hour * HOUR_MS,
  toMs: day * DAY_MS + (hour + hours) * HOUR_MS,
  providers: [],
  servers: [],
  ...rest,
});

/** What goes wrong in the simulated week. Day 0 is the day on which all accounts are connected. */
export const FAULTS_OF_THE_WEEK: readonly Fault[] = [
  fault(
    'Google is down',
    { day: 1, hour: 9, hours: 2 },
    { how: 'error', providers: ['gmail', 'youtube'], servers: ['api', 'token'] },
  ),
  fault(
    'the WebSub hub is down',
    { day: 1, hour: 12, hours: 72 },
    { how: 'error', providers: ['youtube'], servers: ['hub'] },
  ),
  fault('both replicas are down', { day: 2, hour: 3, hours: 3 }, { how: 'replicas-down', replicas: 2 }),
  fault(
    'Spotify does not answer',
    { day: 2, hour: 14, hours: 3 },
    { how: 'silent', providers: ['spotify'], servers: ['api', 'token'] },
  ),
  fault(
    'Slack answers 429',
    { day: 3, hour: 10, hours: 1 / 3 },
    { how: 'busy', providers: ['slack'], servers: ['api'] },
  ),
  fault(
    'a large tenant polls all accounts',
    { day: 4, hour: 12, hours: 1 / 60 },
    { how: 'burst-of-a-tenant', providers: ['discord'] },
  ),
  // Short enough that the refreshes of all tokens with a life of an hour come together when it ends.
  fault(
    'Google is down for an hour',
    { day: 4, hour: 2, hours: 1 },
    { how: 'error', providers: ['gmail', 'youtube'], servers: ['api', 'token'] },
  ),
  fault('one replica is killed', { day: 5, hour: 8, hours: 1 / 3 }, { how: 'replicas-down', replicas: 1 }),
  fault(
    "Discord's token endpoint is down",
    { day: 5, hour: 18, hours: 1 },
    { how: 'error', providers: ['discord'], servers: ['token'] },
  ),
  fault(
    'half of the answers of GitHub are 502',
    { day: 6, hour: 0, hours: 0.5 },
    { how: 'half', providers: ['github'], servers: ['api'] },
  ),
];

/**
 * How long after a fault its consequences may show in the calls of a provider: what may lose data is made up for, tokens
 * are refreshed again after pauses of up to three quarters of an hour, their polls follow, and some of them find a quota
 * without room.
 */
export const RECOVERY_MS = 120 * MINUTE_MS;
