import { connectBus, ensureKeptValues, type KeptValues } from '@hookline/bus';
import { createSecretBox, type Database } from '@hookline/db';
import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS, type Emulators, startEmulators } from '@hookline/emulators';
import { createAddressGuard, createApiFetch } from '@hookline/outbound';
import { createMetrics, runWorkers } from '@hookline/service';
import type { TestDatabase, TestNats } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import { clientSecretPlace, toAppFacts } from '../../src/facts/app-facts.ts';
import { connectableOf } from '../../src/facts/require-connectable.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { findConnection } from '../../src/sql/find-connection.ts';
import { findOAuthApp } from '../../src/sql/find-oauth-app.ts';
import { type ConnectionEvent, createAnnouncer } from '../../src/status/announcer.ts';
import { type ConnectionHealth, createConnectionHealth } from '../../src/status/connection-health.ts';
import { createStatusChanges } from '../../src/status/status-changes.ts';
import { buildTokens, type Tokens, type TokensParts } from '../../src/tokens/build-tokens.ts';
import type { RefreshExchange } from '../../src/tokens/token-endpoint.ts';
import { createTokenSeals } from '../../src/tokens/token-seals.ts';
import { UNSTORED_TOKENS_BUCKET, UNSTORED_TOKENS_MAX_AGE_MS } from '../../src/tokens/unstored-tokens.ts';
import { createHarness, type Harness, logger } from '../harness.ts';
import { useNats } from './use-nats.ts';

export const KEYS = [Buffer.alloc(32, 'k').toString('base64')];
export const box = createSecretBox(KEYS);
const seals = createTokenSeals(box);

export interface Replica extends Tokens {
  database: Database;
  /** What was published, in order. */
  events: ConnectionEvent[];
  health: ConnectionHealth;
  /** Starts the worker that refreshes what is due, and the announcer. Ends them when the test ends. */
  start(): { stop(): Promise<void> };
}

export interface TokenRowOfTest {
  generation: number;
  access: string;
  refresh: string | null;
  due_in: number | null;
  expires_in: number | null;
  failures: number;
  attempted_generation: number | null;
  lease_id: string | null;
  last_error: string | null;
}

export interface TokenScene extends Harness {
  emulators: Emulators;
  nats: TestNats;
  kept: KeptValues;
  /** The parts of one replica, by default with connections to Postgres of its own. */
  openReplica(times?: TokensParts['times'], database?: Database): Promise<Replica>;
  addApp(
    app?: Partial<{
      id: string;
      tenant: string | null;
      provider: string;
      clientId: string;
      clientSecret: string;
      settings: object;
    }>,
  ): Promise<string>;
  /** A connection whose token expires in `expiresIn` seconds; its refresh is due then or before. */
  addConnection(connection: {
    id: string;
    appId?: string;
    provider?: string;
    tenant?: string;
    account?: string;
    kind?: string;
    access: string;
    refresh?: string | undefined;
    expiresIn?: number;
    dueIn?: number;
  }): Promise<void>;
  /** What an exchange of a connection's token is made of. */
  exchangeOf(connectionId: string): Promise<RefreshExchange>;
  /** Access tokens end now and are due, except those that are due already or that a replica refreshes. */
  endAccessTokens(): Promise<void>;
  /** For connections to Postgres that are opened afterwards. */
  shiftDatabaseClock(offset: string): Promise<void>;
  tokenOf(connectionId: string, kind?: string): Promise<TokenRowOfTest>;
  statusOf(connectionId: string): Promise<{ status: string; reason: string | null }>;
  journalOf(
    connectionId: string,
  ): Promise<{ kind: string; outcome: string; text: string; detail: unknown }[]>;
}

/** Postgres, NATS and the emulated providers for the running test. Everything is closed when the test ends. */
export async function createTokenScene(ownDatabase?: TestDatabase): Promise<TokenScene> {
  const harness = await createHarness({ database: ownDatabase });
  const [emulators, nats] = await Promise.all([startEmulators(), useNats()]);
  onTestFinished(() => emulators.close());
  const silent = { info() {}, warn() {}, error() {} };
  const bus = await connectBus({ url: nats.url, name: 'test', logger: silent, onClosed: () => {} });
  onTestFinished(() => bus.close());
  const kept = await ensureKeptValues(bus, {
    bucket: UNSTORED_TOKENS_BUCKET,
    maxAgeMs: UNSTORED_TOKENS_MAX_AGE_MS,
    replicas: 1,
  });
  const { asOwner } = harness;
  const lookUp = harness.openDatabase();

  async function openReplica(
    times: TokensParts['times'] = {},
    database = harness.openDatabase(),
  ): Promise<Replica> {
    const guard = createAddressGuard({ allowPrivate: true });
    const api = createApiFetch({ guard });
    onTestFinished(() => api.close());
    const events: ConnectionEvent[] = [];
    const journal = createJournal();
    const announcer = createAnnouncer({
      database,
      logger,
      events: {
        async publish(published) {
          events.push(...published);
        },
      },
    });
    const statusChanges = createStatusChanges({ journal, announcer });
    const tokens = buildTokens({
      database,
      box,
      api,
      kept,
      journal,
      announcer,
      statusChanges,
      metrics: createMetrics('test'),
      logger,
      times: { pollIntervalMs: 50, ...times },
    });
    return {
      ...tokens,
      database,
      events,
      health: createConnectionHealth({ database, statusChanges, onChanged: announcer.wake }),
      start() {
        const running = runWorkers([tokens.worker, announcer], (error) => {
          throw error;
        });
        onTestFinished(() => running.stop());
        return running;
      },
    };
  }

  return {
    ...harness,
    emulators,
    nats,
    kept,
    openReplica,
    async addApp(app = {}) {
      const { id = 'oap_1', tenant = null, provider = 'github', clientId = EMULATED_CLIENTS.githubApp } = app;
      const { clientSecret = DEFAULT_CLIENT_SECRET, settings } = app;
      const origins = Object.assign({}, ...Object.values(emulators.origins)) as Record<string, string>;
      await asOwner(
        `insert into oauth_apps (id, tenant_id, provider, client_id, client_secret, settings, source)
         values ($1, $2, $3, $4, $5, $6, 'api')`,
        [
          id,
          tenant,
          provider,
          clientId,
          box.seal(clientSecret, clientSecretPlace(id)),
          JSON.stringify(settings ?? { origins }),
        ],
      );
      return id;
    },
    async addConnection(connection) {
      const { id, appId = 'oap_1', provider = 'github', tenant = 'acme', account = '1001' } = connection;
      const { kind = 'access', access, refresh, expiresIn = 3_600, dueIn = expiresIn } = connection;
      const sealed = seals.seal(id, kind as 'access', { access, refresh });
      await asOwner(
        `insert into connections (id, tenant_id, provider, app_id, account_id, scopes_requested, status, consent_at)
         values ($1, $2, $3, $4, $5, '{}', 'connected', hookline_now()) on conflict do nothing`,
        [id, tenant, provider, appId, account],
      );
      await asOwner(
        `insert into connection_tokens
           (connection_id, kind, tenant_id, access_sealed, refresh_sealed, expires_at, life_seconds, refresh_due_at)
         values ($1, $2, $3, $4, $5, hookline_now() + make_interval(secs => $6), 28800,
                 case when $5::text is not null then hookline_now() + make_interval(secs => $7) end)`,
        [id, kind, tenant, sealed.access, sealed.refresh, expiresIn, dueIn],
      );
    },
    async exchangeOf(connectionId) {
      const connection = await findConnection(lookUp, connectionId);
      const row = connection && (await findOAuthApp(lookUp, connection.appId));
      const [token] = await asOwner<{ refresh_sealed: string }>(
        'select refresh_sealed from connection_tokens where connection_id = $1',
        [connectionId],
      );
      if (!connection || !row || !token) throw new Error(`there is no ${connectionId}`);
      return {
        app: toAppFacts(row, box),
        oauth: connectableOf(connection.provider).oauth,
        kind: 'access',
        refreshToken: seals.openRefresh(connectionId, 'access', token.refresh_sealed),
      };
    },
    async endAccessTokens() {
      await asOwner(
        `update connection_tokens set expires_at = hookline_now(), refresh_due_at = hookline_now()
         where refresh_due_at > hookline_now() and (lease_until is null or lease_until <= hookline_now())`,
      );
    },
    async shiftDatabaseClock(offset) {
      const [row] = await asOwner<{ name: string }>('select current_database() as name');
      await asOwner(`alter database ${row?.name} set hookline.clock_offset = '${offset}'`);
    },
    async tokenOf(connectionId, kind = 'access') {
      const [row] = await asOwner<{ access_sealed: string; refresh_sealed: string | null } & TokenRowOfTest>(
        `select *, extract(epoch from refresh_due_at - hookline_now())::float8 as due_in,
                extract(epoch from expires_at - hookline_now())::float8 as expires_in
         from connection_tokens where connection_id = $1 and kind = $2`,
        [connectionId, kind],
      );
      if (!row) throw new Error(`${connectionId} has no ${kind} token`);
      return {
        ...row,
        access: seals.openAccess(connectionId, kind as 'access', row.access_sealed),
        refresh: row.refresh_sealed && seals.openRefresh(connectionId, kind as 'access', row.refresh_sealed),
      };
    },
    async statusOf(connectionId) {
      const [row] = await asOwner<{ status: string; reason: string | null }>(
        'select status, reason from connections where id = $1',
        [connectionId],
      );
      if (!row) throw new Error(`there is no ${connectionId}`);
      return { status: row.status, reason: row.reason };
    },
    journalOf: (connectionId) =>
      asOwner(
        'select kind, outcome, text, detail from connection_journal where connection_id = $1 order by id',
        [connectionId],
      ),
  };
}

/** An access token and a refresh token of GitHub's emulated App, without a consent page. */
export function issueTokens(emulators: Emulators, account = 'octo-ada') {
  const issued = emulators.github.issueToken({ clientId: EMULATED_CLIENTS.githubApp, account, scopes: [] });
  if (issued.refreshToken === undefined) throw new Error('there is no refresh token');
  return { access: issued.accessToken, refresh: issued.refreshToken };
}
