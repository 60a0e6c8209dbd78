import { oauthCallbackPath } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { ApiFetch } from '@hookline/outbound';
import { fillRequest } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import { connectableOf, type OAuthConnectable } from '../facts/require-connectable.ts';
import { readDoctorFacts, storeDoctorChecks } from '../sql/doctor-facts.ts';
import { findApp } from '../sql/find-app.ts';
import { readHooklineTime } from '../sql/read-hookline-time.ts';
import { runChecks } from './checks.ts';
import type { DoctorCheck, DoctorFacts } from './doctor-facts.ts';

export interface Examination {
  readonly checkedAt: Date;
  readonly checks: readonly DoctorCheck[];
}

/** Looks for mistakes in the set-up of OAuth applications. */
export interface Doctor {
  /**
   * Checks an application and stores the result. It makes one request to the provider, without any secret.
   * @returns undefined: there is no such application
   */
  examine(appId: string, signal?: AbortSignal): Promise<Examination | undefined>;
  /** The same in the background, once at a time for each application. It never rejects. */
  examineLater(appId: string): void;
  /** Waits for what goes on in the background. */
  drain(): Promise<void>;
}

const PROBE_MS = 5_000;
const PROBE_BYTES = 1_048_576;
/** Failed connects of strangers must not make many requests. */
const MAX_IN_BACKGROUND = 5;

export function createDoctor(parts: {
  database: Database;
  box: SecretBox;
  api: ApiFetch;
  gatewayPublicUrl: string;
  logger: Logger;
}): Doctor {
  const { database, box, api, gatewayPublicUrl, logger } = parts;
  const background = new Map<string, Promise<void>>();

  async function examine(appId: string, signal?: AbortSignal): Promise<Examination | undefined> {
    const app = await findApp(database, box, appId);
    if (!app) return undefined;
    const connectable = connectableOf(app.provider);
    const [clock, facts] = await Promise.all([
      readClock(app, connectable, signal),
      readDoctorFacts(database, appId),
    ]);
    const checks = runChecks({
      connectable,
      app: {
        settings: app.settings,
        redirectUrl: `${gatewayPublicUrl}${oauthCallbackPath(app.provider)}`,
        fault: facts.fault,
      },
      flows: facts,
      tokens: { ...facts, all: facts.tokens },
      grants: facts.grants,
      outcomes: facts.outcomes,
      watches: facts.watches,
      watchFaults: facts.watchFaults,
      clock,
    });
    const problems = checks.filter(({ status }) => status === 'problem').map(({ id }) => id);
    if (problems.length > 0) logger.warn({ app: appId, provider: app.provider, problems }, 'doctor.problems');
    const checkedAt = await storeDoctorChecks(database, appId, checks);
    return checkedAt && { checkedAt, checks };
  }

  /** Every answer has the provider's time, also that to a request which it cannot serve. */
  async function readClock(
    { settings }: AppFacts,
    { oauth }: OAuthConnectable,
    signal: AbortSignal | undefined,
  ): Promise<DoctorFacts['clock']> {
    try {
      const request = fillRequest(
        { method: 'GET', url: new URL('/', oauth.tokenUrl).href, authorization: 'none' },
        {},
        settings.origins,
      );
      const now = await database.withSystem(readHooklineTime);
      const startedAt = performance.now();
      const { headers } = await api.call(request, {
        timeoutMs: PROBE_MS,
        maxBytes: PROBE_BYTES,
        ...(signal && { signal }),
      });
      const roundTripMs = performance.now() - startedAt;
      const theirs = Date.parse(headers['date'] ?? '');
      if (!Number.isFinite(theirs)) return { error: 'its answer has no date' };
      // The header has whole seconds.
      return { aheadSeconds: (theirs + 500 - now.getTime() - roundTripMs / 2) / 1_000 };
    } catch {
      signal?.throwIfAborted();
      return { error: 'it does not answer' };
    }
  }

  return {
    examine,
    examineLater(appId) {
      if (background.has(appId) || background.size >= MAX_IN_BACKGROUND) return;
      const work = examine(appId)
        .then(() => {})
        .catch((error: unknown) => logger.warn({ err: error, app: appId }, 'the doctor failed'))
        .finally(() => background.delete(appId));
      background.set(appId, work);
    },
    async drain() {
      await Promise.all(background.values());
    },
  };
}
