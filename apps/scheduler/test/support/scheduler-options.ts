import type { SchedulerOptions } from '../../src/options.ts';

export const TOKEN = 'a-token-of-the-services';
export const ORIGIN = 'http://127.0.0.1:3000';

/** Nothing wakes a scheduler when a test makes a stored revocation due. */
export const TEST_TIMES = { revocations: { pollIntervalMs: 100 } };

/** The options of a scheduler under test, which registers nothing and may call loopback. */
export function schedulerOptions(
  urls: { databaseUrl: string; natsUrl: string },
  changes: Partial<SchedulerOptions> = {},
): SchedulerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    exitWithStdin: false,
    ...urls,
    databaseMaxConnections: 4,
    internalToken: TOKEN,
    retention: { completedDays: 30, failedDays: 30, auditDays: 90 },
    natsMonitorUrl: undefined,
    streams: { replicas: 1, maxAgeMs: 3_600_000, maxBytes: -1, duplicateWindowMs: 60_000 },
    encryptionKeys: [Buffer.alloc(32, 'k').toString('base64')],
    outbound: { allowPrivate: true },
    gatewayPublicUrl: ORIGIN,
    environmentAppSecrets: new Map(),
    upstreams: { ingest: 'http://127.0.0.1:3001', delivery: 'http://127.0.0.1:3002' },
    webhookRegistration: false,
    pushSources: new Map(),
    reconciliationSettleSeconds: 120,
    times: TEST_TIMES,
    ...changes,
  };
}
