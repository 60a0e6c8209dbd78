import { setTimeout as delay } from 'node:timers/promises';
import { createSecretBox } from '@hookline/db';
import { type Emulators, startEmulators } from '@hookline/emulators';
import pg from 'pg';
import type { System } from './start-system.ts';
import { startTestSystem } from './start-test-system.ts';

export interface ConnectionOptions {
  id: string;
  provider: 'github' | 'gmail' | 'youtube' | 'slack' | 'discord';
  appId?: string;
  /** Default `acme`. */
  tenant?: string;
  accountId: string;
  accountName?: string;
  accessToken: string;
  tokenKind?: 'access' | 'bot' | 'user';
  settings?: Record<string, unknown>;
}

/** Where a person's browser is sent, and the address of the callback after the decision there. */
export type Decide = (location: string) => string | Promise<string>;

/** The services as processes, and the emulated providers that they call. */
export interface ConnectionScene {
  system: System;
  emulators: Emulators;
  /** Adds an OAuth application of the installation. */
  addApp(app: {
    id: string;
    provider: string;
    clientId: string;
    clientSecret: string;
    settings?: Record<string, unknown>;
  }): Promise<void>;
  /** Adds a connection with its token, as a consent would have left it. */
  addConnection(connection: ConnectionOptions): Promise<void>;
  /**
   * Connects an account through the gateway as a browser does. `decide` is what the person does at the provider.
   * @returns the id of the connection
   */
  consent(
    provider: string,
    query: { userId: string; appId: string; install?: boolean },
    decide: Decide,
  ): Promise<string>;
  /** Makes a task of a connection due when it does not run; one that it lacks is created. */
  runTask(connectionId: string, kind: string, name: string, resource?: string): Promise<void>;
  /** Rows as the owner of the tables. */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

const SLOWEST_MS = 60_000;
const RETURN_URL = 'https://app.example.com/connected';

/** Waits until a question has an answer. @throws after a minute */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const until = performance.now() + SLOWEST_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until) throw new Error(`${what} did not happen in ${SLOWEST_MS} ms`);
    await delay(100);
  }
}

export async function startConnectionScene(env: Record<string, string> = {}): Promise<ConnectionScene> {
  const emulators = await startEmulators();
  const system = await startTestSystem([
    // The emulated Google publishes its keys on loopback.
    { name: 'ingest', env: { HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true', ...env } },
    { name: 'delivery', env },
    { name: 'scheduler', env: { RECONCILIATION_SETTLE_SECONDS: '1', ...env } },
    { name: 'gateway' },
  ]);
  const { stack } = system;
  const owner = new pg.Pool({ connectionString: stack.databaseUrl, max: 1 });
  owner.on('error', () => {});
  const box = createSecretBox([stack.secrets.encryptionKey]);
  const rows = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await owner.query<Row>(text, [...values])).rows;
  let tasks = 0;

  return {
    system,
    emulators,
    rows,
    async addApp({ id, provider, clientId, clientSecret, settings = {} }) {
      const origins = Object.assign({}, ...Object.values(emulators.origins)) as Record<string, string>;
      await rows(
        `insert into oauth_apps (id, provider, client_id, client_secret, settings, source)
         values ($1, $2, $3, $4, $5, 'api')`,
        [
          id,
          provider,
          clientId,
          box.seal(clientSecret, `oauth_apps|client_secret|${id}`),
          JSON.stringify({ origins, ...settings }),
        ],
      );
    },
    async addConnection(connection) {
      const { id, provider, tenant = 'acme', accountId, accountName, settings = {} } = connection;
      const { appId = 'oap_1', tokenKind = 'access', accessToken } = connection;
      await rows(
        `insert into connections (id, tenant_id, provider, app_id, account_id, account_name, scopes_requested, settings,
           status, consent_at)
         values ($1, $2, $3, $4, $5, $6, '{}', $7, 'connected', hookline_now())`,
        [id, tenant, provider, appId, accountId, accountName ?? null, JSON.stringify(settings)],
      );
      await rows(
        `insert into connection_tokens (connection_id, kind, tenant_id, access_sealed) values ($1, $2, $3, $4)`,
        [id, tokenKind, tenant, box.seal(accessToken, `connection_tokens|access_sealed|${id} ${tokenKind}`)],
      );
    },
    async consent(provider, query, decide) {
      const search = new URLSearchParams(
        Object.entries({ returnUrl: RETURN_URL, ...query }).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]),
      );
      const authorization = `Bearer ${stack.secrets.operatorKey}`;
      const open = (url: string, headers: Record<string, string>) =>
        fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(SLOWEST_MS) });
      const start = await open(`${stack.urls.gateway}/api/oauth/${provider}/start?${search}`, {
        authorization,
      });
      const callback = await decide(start.headers.get('location') ?? '');
      const [cookie = ''] = start.headers.getSetCookie().map((each) => each.split(';', 1)[0] ?? '');
      const back = await open(callback, { cookie });
      const location = back.headers.get('location') ?? '';
      const id = location.startsWith(RETURN_URL) ? new URL(location).searchParams.get('connection') : null;
      if (id === null) throw new Error(`${provider} was not connected: ${back.status} ${location}`);
      return id;
    },
    async runTask(connectionId, kind, name, resource = '') {
      await eventually(async () => {
        const [due] = await rows(
          `insert into connection_tasks as t
             (id, connection_id, tenant_id, app_id, kind, name, resource, interval_seconds, phase, due_at)
           select $1, id, tenant_id, app_id, $3, $4, $5, 86400, 0.5, hookline_now()
           from connections where id = $2
           on conflict (connection_id, kind, name, resource) do update
           set due_at = hookline_now(), on_demand = true
           where t.lease_id is null
           returning id`,
          [`tsk_e2e_${tasks++}`, connectionId, kind, name, resource],
        );
        return due;
      }, `the end of the run of ${kind} ${name}`);
    },
    async stop() {
      await owner.end();
      await system.stop();
      await emulators.close();
    },
  };
}
