import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  type Bus,
  connectBus,
  createEventPublisher,
  type EventPublisher,
  ensureStreams,
} from '@hookline/bus';
import {
  DELIVERY_CONSUMER,
  type Delivery,
  EVENTS_STREAM,
  type EventAttributes,
  type HooklineEvent,
  ID_PREFIX,
} from '@hookline/contracts';
import { createIdFactory, createLogger, internalHeaders, type Logger, type Service } from '@hookline/service';
import {
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import pg from 'pg';
import { expect } from 'vitest';
import { buildDelivery } from '../src/app.ts';
import type { Ledger } from '../src/operations/ledger/count-ledger.ts';
import type { DeliveryOptions } from '../src/options.ts';

export const TOKEN = 'a-token-of-the-services';
export const logger: Logger = createLogger({ service: 'delivery-test', level: 'silent' });
const nextEventId = createIdFactory(ID_PREFIX.event);
/** A test fails if one of its workers fails. */
export function throwFatal(error: Error): never {
  throw error;
}
let tenants = 0;

/** Tests of one file share its servers, so each test uses a tenant of its own. */
export function newTenant(): string {
  return `tenant ${++tenants}`;
}

export interface Harness {
  nats: TestNats;
  database: Pick<TestDatabase, 'ownerUrl' | 'serviceUrl'>;
  config: DeliveryOptions;
  /** A connection of the test itself, not of a replica. */
  bus: Bus;
  /** Starts a replica of delivery. Resolves when it listens. */
  startReplica(overrides?: Partial<DeliveryOptions>, replicaLogger?: Logger): Promise<Replica>;
  /** Publishes an event on the stream as ingest does. Resolves with the id of the event. */
  publish(event?: PublishInput): Promise<string>;
  /** Runs a statement as the owner of the tables, who is not limited by row-level security. */
  asOwner<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Waits until an event has been fanned out and has no open delivery. */
  expectSettledEvent(eventId: string): Promise<void>;
  /**
   * Waits until no delivery is open, and checks that the ledger adds up and that the attempts match the deliveries.
   * @param timeoutMs an upper bound for a busy machine; default 60,000
   */
  expectSettled(replica: Pick<Replica, 'call'>, timeoutMs?: number): Promise<Ledger>;
  stop(): Promise<void>;
}

export interface PublishInput extends Partial<EventAttributes> {
  /** A string is the payload itself. Any other value is sent as JSON. */
  payload?: unknown;
  /** The kept request, encoded; with `requestref` it is in the object store. */
  request?: Uint8Array;
}

export interface Caller {
  /** Calls the API as the gateway does: as the tenant in `as`, or without it as an operator. */
  call(method: string, path: string, options?: { as?: string; body?: unknown }): Promise<Answer>;
  /** Creates an endpoint with short timeouts. Its retries are a second apart, unless the test changes that. */
  createEndpoint(as: string, url: string, body?: Record<string, unknown>): Promise<CreatedEndpoint>;
}

export interface Replica extends Caller {
  url: string;
  service: Service;
  /** Stops the replica in the way that SIGTERM does. */
  stop(): Promise<void>;
}

export interface CreatedEndpoint {
  id: string;
  secret: string;
}

export interface Answer {
  status: number;
  text: string;
  /** The parsed body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
  json: any;
}

export interface HarnessOptions extends Partial<DeliveryOptions> {
  /** A database to use in place of a new one on the shared Postgres of the run. */
  database?: TestDatabase;
}

/** Creates a database and starts a nats-server for one test or one file of tests. */
export async function createHarness({
  database: given,
  ...overrides
}: HarnessOptions = {}): Promise<Harness> {
  const [database, nats] = await Promise.all([given ?? createTestDatabase(), startTestNats()]);
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  owner.on('error', () => {});
  const bus = await connectBus({ url: nats.url, name: 'delivery-test', logger, onClosed: () => {} });
  const publisher = createEventPublisher(bus, { deadlineMs: 20_000 });
  const replicas = new Set<Replica>();

  const config: DeliveryOptions = {
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
    defaultMaxRetries: 3,
    maxInFlight: 500,
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 100,
    maxBufferedBytes: 134_217_728,
    leaseSeconds: 30,
    maxClaims: 5,
    maxHops: 5,
    // Shorter intervals load the machine: an idle replica asks Postgres several questions in each.
    pollIntervalMs: 150,
    ledgerIntervalMs: 300,
    // Prevents announcements after failures on a slow machine: each would be an event that the test did not publish.
    failureIntervalMs: 3_600_000,
    disableAfterHours: 120,
    announceDeadSeconds: 0,
    holdMs: 0,
    heldIntervalMs: 3_600_000,
    statisticsIntervalMs: 500,
    statisticsDays: 90,
    ownOrigins: [],
    outbound: { allowPrivate: true },
    ...overrides,
  };
  await ensureStreams(bus, config.streams);

  const asOwner = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await owner.query<Row>(text, [...values])).rows;

  return {
    nats,
    database,
    config,
    bus,
    asOwner,
    publish: (event) => publishEvent(publisher, event),
    async startReplica(more = {}, replicaLogger = logger) {
      const runtime = { logger: replicaLogger, onFatal: throwFatal };
      const service = await buildDelivery({ ...config, ...more }, runtime);
      await service.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = service.app.server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      const replica: Replica = {
        url,
        service,
        ...createCaller(url),
        async stop() {
          if (!replicas.delete(replica)) return;
          await service.close();
        },
      };
      replicas.add(replica);
      return replica;
    },
    async expectSettledEvent(eventId) {
      await until(
        async () => {
          const [row] = await asOwner<{ open: number }>(
            `select (select count(*)::int from deliveries d
                     where d.event_id = e.id and d.status not in ('success', 'failed', 'discarded')) as open
             from events e where e.id = $1`,
            [eventId],
          );
          return row?.open === 0;
        },
        { what: `${eventId} to be settled` },
      );
    },
    expectSettled: (replica, timeoutMs = 60_000) => expectSettled({ bus, asOwner }, replica, timeoutMs),
    async stop() {
      await Promise.all([...replicas].map((replica) => replica.stop()));
      publisher.close();
      await bus.close();
      await owner.end();
      await Promise.all([nats.stop(), database.drop()]);
    },
  };
}

/** A client for the API of one replica, which sends the gateway's headers. */
export function createCaller(url: string): Caller {
  const call: Caller['call'] = async (method, path, { as, body } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...internalHeaders(
          TOKEN,
          as === undefined
            ? { role: 'operator', keyId: 'key_o' }
            : { role: 'tenant', tenant: as, keyId: 'key_t' },
        ),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
    return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined };
  };
  return {
    call,
    async createEndpoint(as, endpointUrl, body = {}) {
      const defaults = { name: 'test', events: ['*'], retrySchedule: [1, 1], timeoutSeconds: 10 };
      const answer = await call('POST', '/api/webhooks', {
        as,
        body: { ...defaults, url: endpointUrl, ...body },
      });
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return answer.json.data as CreatedEndpoint;
    },
  };
}

/** Creates an event as ingest does. The attributes that the test gives replace the defaults. */
export function createEvent({ payload, request, ...attributes }: PublishInput = {}): HooklineEvent {
  const id = nextEventId();
  const now = new Date().toISOString();
  return {
    attributes: {
      id,
      type: 'app.thing.happened',
      source: '/app',
      time: now,
      tenant: 'default',
      provider: 'app',
      receivedat: now,
      via: 'api',
      dedupekey: attributes.deliveryid
        ? `${attributes.provider ?? 'app'}:${attributes.deliveryid}`
        : `key:${id}`,
      ...attributes,
      ...(request === undefined ? {} : { requestbytes: String(request.length) }),
    },
    ...(request === undefined ? {} : { request }),
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload ?? { n: 1 })),
  };
}

async function publishEvent(publisher: EventPublisher, input: PublishInput = {}): Promise<string> {
  const event = createEvent(input);
  await publisher.publish(event);
  return event.attributes.id;
}

async function expectSettled(
  { bus, asOwner }: Pick<Harness, 'bus' | 'asOwner'>,
  replica: Pick<Replica, 'call'>,
  timeoutMs: number,
): Promise<Ledger> {
  const readLedger = async () => (await replica.call('GET', '/api/ledger')).json.data as Ledger;
  const { state } = await bus.manager.streams.info(EVENTS_STREAM);
  const settled = await until(
    async () => {
      const books = await readLedger();
      return books.streamPending === 0 && books.open === 0 ? books : undefined;
    },
    { timeoutMs, what: 'nothing to be open' },
  );
  expect(settled.accepted).toBe(settled.delivered + settled.dead);
  // The running audit checks each sequence of the stream once. It must have reached the end of the stream.
  await until(
    async () => {
      const [check] = await asOwner<{ seq: number }>('select checked_seq::int as seq from ledger_checks');
      return (check?.seq ?? 0) >= state.last_seq;
    },
    { what: `the audit to reach ${state.last_seq}` },
  );
  const ledger = await readLedger();
  // Only unreadable messages count as lost.
  expect(ledger.unaccounted).toBe(ledger.malformed);
  expect(await findInconsistentDeliveries(asOwner)).toEqual([]);
  return ledger;
}

/**
 * Finds settled deliveries whose attempts do not match their status. Attempts must be numbered from 1 without a gap,
 * and the delivery must count as many. A delivered delivery has one success, its last attempt; each attempt that was
 * requested manually or by a replay may add one more.
 */
export function findInconsistentDeliveries(asOwner: Harness['asOwner']): Promise<object[]> {
  return asOwner(`
    select d.event_id, d.endpoint_id, d.status, d.attempts, l.*
    from deliveries d
    left join lateral (
      select count(*)::int as logged, coalesce(max(a.attempt), 0) as highest,
             count(*) filter (where a.trigger <> 'schedule')::int as asked,
             count(*) filter (where a.outcome in ('success', 'dropped'))::int as successes,
             max(a.attempt) filter (where a.outcome in ('success', 'dropped')) as success_at
      from attempts a
      where a.event_id = d.event_id and a.endpoint_id = d.endpoint_id and a.created_at = d.created_at
    ) l on true
    where d.status in ('success', 'failed')
      and not (l.logged = d.attempts and l.highest = d.attempts
               and l.successes - case d.status when 'success' then 1 else 0 end between 0 and l.asked
               and (d.status = 'failed' or l.success_at is null or l.success_at = d.attempts))`);
}

/**
 * Waits until a delivery has one of the given statuses, and returns it with its attempts.
 * @param timeoutMs an upper bound for a busy machine
 */
export function waitForDelivery(
  caller: Pick<Caller, 'call'>,
  id: string,
  statuses: readonly Delivery['status'][],
  timeoutMs = 30_000,
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
): Promise<any> {
  return until(
    async () => {
      const { json } = await caller.call('GET', `/api/deliveries/${id}`);
      return statuses.includes(json?.data?.status) ? json.data : undefined;
    },
    { timeoutMs, what: `${id} to be ${statuses.join(' or ')}` },
  );
}

/** How many messages of the stream are not yet acknowledged by delivery. */
export async function countUnacknowledged(bus: Bus): Promise<number> {
  const info = await bus.manager.consumers.info(EVENTS_STREAM, DELIVERY_CONSUMER);
  return info.num_pending + info.num_ack_pending;
}
