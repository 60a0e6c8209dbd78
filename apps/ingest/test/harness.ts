import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type Bus, connectBus, decodeEvent } from '@hookline/bus';
import {
  EVENTS_STREAM,
  type HooklineEvent,
  PUSHES_STREAM,
  type Source,
  STORE_PROBE_SUBJECT,
} from '@hookline/contracts';
import { createLogger, internalHeaders, type Logger, type Service } from '@hookline/service';
import { createTestDatabase, startTestNats, type TestNats, until } from '@hookline/testkit';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { buildIngest } from '../src/app.ts';
import type { IngestOptions } from '../src/options.ts';
import type { SignedRequest } from './sign.ts';

export const TOKEN = 'a-token-of-the-services';
const onFatal = (error: Error) => {
  throw error;
};
const silent: Logger = createLogger({ service: 'ingest-test', level: 'silent' });

export interface Harness {
  nats: TestNats;
  config: IngestOptions;
  /** Starts one replica of ingest, which is drained when the test ends. */
  startReplica(overrides?: Partial<IngestOptions>, logger?: Logger): Promise<Replica>;
  openBus(): Promise<Bus>;
  /** Every event of the stream EVENTS, in stream order, with the headers of its message. */
  readEvents(): Promise<StoredEvent[]>;
  /** Every message of the stream PUSHES. */
  readPushes(): Promise<StoredEvent[]>;
  /** Sets whether Postgres accepts connections. If it does not, the open connections are ended. */
  allowConnections(allowed: boolean): Promise<void>;
  /** Runs a statement as the owner of the tables, to whom no policy applies. */
  asOwner<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface StoredEvent extends HooklineEvent {
  subject: string;
  headers: Record<string, string>;
}

export interface Replica {
  url: string;
  /** Drains the replica, as a SIGTERM does. */
  close(): Promise<void>;
  /** Sends a provider's request. */
  deliver(path: string, request: SignedRequest): Promise<Answer>;
  /** Calls the API as the gateway does, for the tenant `as`, or for an operator if `as` is absent. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  createSource(body: Record<string, unknown>, as?: string): Promise<Source>;
}

export interface CallOptions {
  as?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
  json: any;
}

export interface HarnessOptions extends Partial<IngestOptions> {
  /** The directory in which nats-server keeps its streams. Default: a new directory. */
  natsDirectory?: string;
}

/** Starts a Postgres database and a NATS server for the running test; both are stopped when the test ends. */
export async function createHarness({ natsDirectory, ...overrides }: HarnessOptions = {}): Promise<Harness> {
  const [database, nats] = await Promise.all([
    createTestDatabase(),
    startTestNats({ directory: natsDirectory }),
  ]);
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
  owner.on('error', () => {});
  const replicas: Replica[] = [];
  let bus: Promise<Bus> | undefined;
  onTestFinished(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await (await bus)?.close();
    await owner.end();
    await Promise.all([nats.stop(), database.drop()]);
  });

  const config: IngestOptions = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    exitWithStdin: false,
    databaseUrl: database.serviceUrl,
    databaseMaxConnections: 4,
    natsUrl: nats.url,
    natsMonitorUrl: nats.monitorUrl,
    streams: { replicas: 1, maxAgeMs: 3_600_000, maxBytes: -1, duplicateWindowMs: 600_000 },
    internalToken: TOKEN,
    encryptionKeys: [randomBytes(32).toString('base64')],
    publicUrl: 'https://hooks.example.com',
    defaultTenant: 'default',
    maxBodyBytes: 5_242_880,
    maxInFlightBytes: 268_435_456,
    maxConnections: 10_000,
    publishDeadlineMs: 8_000,
    journal: undefined,
    environmentSecrets: new Map(),
    outbound: { allowPrivate: true },
    repeatWindowMs: 60_000,
    rejectionsPerMinute: 60,
    rejectionsPerSource: 100,
    limits: { perAddress: 0, perSource: 0, windowMs: 900_000 },
    trustedProxies: ['loopback'],
    ...overrides,
  };

  const openBus = () => {
    bus ??= connectBus({ url: nats.url, name: 'ingest-test', logger: silent, onClosed: () => {} });
    return bus;
  };

  async function readStream(stream: string): Promise<StoredEvent[]> {
    const { manager } = await openBus();
    const { state } = await manager.streams.info(stream);
    const events: StoredEvent[] = [];
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage(stream, { seq });
      if (!message || message.subject === STORE_PROBE_SUBJECT) continue;
      const headers = Object.fromEntries([...message.header].map(([name, [value]]) => [name, value ?? '']));
      events.push({ ...decodeEvent(message.header, message.data), subject: message.subject, headers });
    }
    return events;
  }

  return {
    nats,
    config,
    async startReplica(more = {}, logger = silent) {
      const service = await buildIngest({ ...config, ...more }, { logger, onFatal });
      await service.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = service.app.server.address() as AddressInfo;
      const replica = createReplica(`http://127.0.0.1:${port}`, service);
      replicas.push(replica);
      return replica;
    },
    openBus,
    readEvents: () => readStream(EVENTS_STREAM),
    readPushes: () => readStream(PUSHES_STREAM),
    async allowConnections(allowed) {
      const name = new URL(database.ownerUrl).pathname.slice(1);
      const elsewhere = new URL(database.ownerUrl);
      elsewhere.pathname = '/postgres';
      const client = new pg.Client({ connectionString: elsewhere.href });
      await client.connect();
      await client.query(`alter database ${name} allow_connections ${allowed}`);
      if (!allowed) {
        await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
          name,
        ]);
      }
      await client.end();
    },
    asOwner: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await owner.query<Row>(text, [...values])).rows,
  };
}

function createReplica(url: string, service: Service): Replica {
  async function request(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }
  const call: Replica['call'] = (method, path, { as, body, headers } = {}) =>
    request(path, {
      method,
      headers: {
        ...internalHeaders(
          TOKEN,
          as === undefined
            ? { role: 'operator', keyId: 'key_o' }
            : { role: 'tenant', tenant: as, keyId: 'key_t' },
        ),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  let closed: Promise<void> | undefined;
  return {
    url,
    close: () => {
      closed ??= service.close();
      return closed;
    },
    deliver: (path, { headers, body }) => request(path, { method: 'POST', headers, body }),
    call,
    async createSource(body, as) {
      const answer = await call('POST', '/api/sources', { as, body });
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json.data as Source;
    },
  };
}

/** The path of a source's URL. */
export function pathOf(source: Pick<Source, 'url'>): string {
  return new URL(source.url).pathname;
}

/** Waits for the rejections; they are written a moment after the answer. */
export function waitForRejections(
  replica: Replica,
  count: number,
  query = '',
): Promise<Record<string, unknown>[]> {
  return until(
    async () => {
      const { json } = await replica.call('GET', `/api/rejections${query}`);
      return json.data.length >= count ? json.data : undefined;
    },
    { what: `${count} rejections` },
  );
}
