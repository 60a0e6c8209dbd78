import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS, type Emulators, startEmulators } from '@hookline/emulators';
import { createLogger, internalHeaders, type Service } from '@hookline/service';
import { collectLogLines, type LogLines, type TestNats } from '@hookline/testkit';
import type { InjectOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import { buildScheduler } from '../../src/app.ts';
import type { SchedulerOptions } from '../../src/options.ts';
import { createHarness, type Harness } from '../harness.ts';
import { schedulerOptions, TOKEN } from './scheduler-options.ts';
import { useNats } from './use-nats.ts';

/** The applications that the emulated providers know from the start. */
export const EMULATED_APPS = {
  github: EMULATED_CLIENTS.githubOAuthApp,
  gmail: EMULATED_CLIENTS.google,
  youtube: EMULATED_CLIENTS.google,
  slack: EMULATED_CLIENTS.slack,
  spotify: EMULATED_CLIENTS.spotify,
  discord: EMULATED_CLIENTS.discord,
} as const;

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of each answer is checked by its test.
  json: any;
}

export interface SchedulerScene extends Harness {
  emulators: Emulators;
  nats: TestNats;
  service: Service;
  log: LogLines;
  options: SchedulerOptions;
  /** A call as the gateway passes it on. @param as the tenant; `operator`; null: a browser without a key */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    options?: { body?: object; as?: string | null; cookie?: string },
  ): Promise<Answer>;
  /** An OAuth application of the installation that calls the emulated provider. */
  addApp(provider: keyof Emulators['origins'], clientId: string, settings?: object): Promise<string>;
  /** Walks through the flow as a browser does, up to the answer of the callback. */
  connect(
    provider: keyof Emulators['origins'],
    query?: Record<string, string>,
    decision?: { approve?: boolean; account?: string; scopes?: string[] },
    as?: string,
  ): Promise<Answer>;
}

/** A scheduler with Postgres, NATS and emulated providers for the running test. */
export async function startScheduler(changes: Partial<SchedulerOptions> = {}): Promise<SchedulerScene> {
  const harness = await createHarness();
  const [emulators, nats] = await Promise.all([startEmulators(), useNats(), harness.holdPartitionsJob()]);
  onTestFinished(() => emulators.close());
  const log = collectLogLines();
  const options = schedulerOptions(
    { databaseUrl: harness.serviceUrl, natsUrl: nats.url },
    { logLevel: 'info', ...changes },
  );
  const service = await buildScheduler(options, {
    logger: createLogger({ service: 'scheduler-test', level: 'info', destination: log.destination }),
    onFatal(error: Error) {
      throw error;
    },
  });
  onTestFinished(() => service.close());

  async function call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    { body, as = 'acme', cookie }: { body?: object; as?: string | null; cookie?: string } = {},
  ): Promise<Answer> {
    const principal =
      as === 'operator'
        ? ({ role: 'operator', keyId: 'key_operator' } as const)
        : ({ role: 'tenant', tenant: as ?? '', keyId: 'key_tenant' } as const);
    const headers: Record<string, string> = internalHeaders(TOKEN, principal);
    if (as === null) {
      for (const name of Object.keys(headers)) if (!name.endsWith('internal-token')) delete headers[name];
    }
    const request: InjectOptions = {
      method,
      url,
      headers: { ...headers, ...(cookie === undefined ? {} : { cookie }) },
      ...(body === undefined ? {} : { payload: body }),
    };
    const answer = await service.app.inject(request);
    const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      json: isJson ? answer.json() : undefined,
    };
  }

  return {
    ...harness,
    emulators,
    nats,
    service,
    log,
    options,
    call,
    async addApp(provider, clientId, settings = {}) {
      const origins = emulators.origins[provider];
      const { status, json, text } = await call('POST', '/api/oauth-apps', {
        as: 'operator',
        body: {
          provider,
          clientId,
          clientSecret: DEFAULT_CLIENT_SECRET,
          settings: { origins, ...settings },
        },
      });
      if (status !== 201) throw new Error(text);
      return json.data.id;
    },
    async connect(provider, query = {}, decision = {}, as = 'acme') {
      const search = new URLSearchParams(query);
      const started = await call('GET', `/api/oauth/${provider}/start?${search}`, { as });
      if (started.status !== 302) return started;
      const callback = new URL(
        emulators.consent(String(started.headers['location']), { approve: true, ...decision }),
      );
      return await call('GET', `${callback.pathname}${callback.search}`, {
        as: null,
        cookie: cookieOf(started),
      });
    },
  };
}

/** The cookie that an answer sets, as a browser sends it. */
export function cookieOf({ headers }: Answer): string {
  return String(headers['set-cookie']).split(';', 1)[0] ?? '';
}

/** The facts in the address to which an answer sends the browser. */
export function factsOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries(new URL(String(headers['location'])).searchParams);
}
