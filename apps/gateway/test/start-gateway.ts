import type { AddressInfo } from 'node:net';
import type { StreamOptions } from '@hookline/bus';
import { createLogger, type Service } from '@hookline/service';
import type { LogLines } from '@hookline/testkit';
import { buildGateway } from '../src/app.ts';
import type { GatewayOptions } from '../src/options.ts';

export const OPERATOR_KEY = 'hl_operatorOfTheTests00000000000000000';
export const INTERNAL_TOKEN = 'internal-token-of-the-tests';

export const TEST_STREAMS: StreamOptions = {
  replicas: 1,
  maxAgeMs: 3_600_000,
  maxBytes: -1,
  duplicateWindowMs: 60_000,
};

export interface TestGateway {
  url: string;
  service: Service;
  close(): Promise<void>;
}

/** Starts a gateway as its process does, on a free port. */
export async function startGateway({
  port = 0,
  log,
  ...options
}: {
  databaseUrl: string;
  natsUrl: string;
  port?: number;
  /** Gets every line of the log. Default: nothing is logged. */
  log?: LogLines['destination'];
} & Partial<GatewayOptions>): Promise<TestGateway> {
  const nowhere = 'http://127.0.0.1:9';
  const service = await buildGateway(
    {
      host: '127.0.0.1',
      port,
      logLevel: 'silent',
      exitWithStdin: false,
      databaseMaxConnections: 4,
      natsMonitorUrl: undefined,
      streams: TEST_STREAMS,
      internalToken: INTERNAL_TOKEN,
      trustedProxies: ['loopback'],
      operatorKey: OPERATOR_KEY,
      jwt: undefined,
      publicUrl: undefined,
      oidc: undefined,
      alerts: { outbound: { allowPrivate: true }, smtp: undefined, intervalMs: 15_000 },
      allowedOrigins: [],
      portalFrameOrigins: [],
      portalOrigins: { return: [], logo: [] },
      encryptionKeys: [Buffer.alloc(32, 'k').toString('base64')],
      rateLimits: { perKey: 0, perAddress: 0, publishesPerKey: 0, windowSeconds: 60 },
      upstreams: { ingest: nowhere, delivery: nowhere, scheduler: nowhere },
      ...options,
    },
    {
      logger: log
        ? createLogger({ service: 'gateway', level: 'trace', destination: log })
        : createLogger({ service: 'gateway', level: 'silent' }),
      onFatal(error) {
        throw error;
      },
    },
  );
  await service.app.listen({ host: '127.0.0.1', port });
  const address = service.app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    service,
    close: service.close,
  };
}
