import { expect, it } from 'vitest';
import { describeServiceEnvironment, type ServiceContext, serviceDefinitions } from './services.ts';

const context: ServiceContext = {
  host: '127.0.0.1',
  databaseUrl: 'postgres://hookline_service@127.0.0.1/hookline',
  natsUrl: 'nats://127.0.0.1:4222',
  natsMonitorUrl: 'http://127.0.0.1:8222',
  secrets: {
    internalToken: 'internal',
    encryptionKey: 'encryption',
    operatorKey: 'hl_operator',
    ownerPassword: 'owner',
    servicePassword: 'service',
  },
  urls: {
    gateway: 'http://127.0.0.1:3000',
    ingest: 'http://127.0.0.1:3001',
    scheduler: 'http://127.0.0.1:3003',
    delivery: 'http://127.0.0.1:3002',
  },
  journalDir: '/home/journal',
  allowLoopbackEndpoints: true,
};

it("passes the caller's variables to the service, except those that the stack sets", () => {
  const caller = {
    GITHUB_WEBHOOK_SECRET: 'theirs',
    DATABASE_URL: 'postgres://owner@db/hookline',
    LOG_LEVEL: 'warn',
  };
  expect(describeServiceEnvironment(serviceDefinitions.delivery, 3002, context, caller)).toEqual({
    GITHUB_WEBHOOK_SECRET: 'theirs',
    LOG_LEVEL: 'warn',
    DATABASE_URL: context.databaseUrl,
    NATS_URL: context.natsUrl,
    NATS_MONITOR_URL: context.natsMonitorUrl,
    HOOKLINE_INTERNAL_TOKEN: 'internal',
    HOOKLINE_ENCRYPTION_KEY: 'encryption',
    HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true',
    PUBLIC_URL: 'http://127.0.0.1:3001',
    HOOKLINE_ORIGINS: 'http://127.0.0.1:3000,http://127.0.0.1:3001',
    HOST: '127.0.0.1',
    DELIVERY_PORT: '3002',
  });
});

it('gives the operator key and the URLs of the other services only to the gateway', () => {
  const gateway = describeServiceEnvironment(serviceDefinitions.gateway, 3000, context, {});
  expect(gateway).toMatchObject({
    HOOKLINE_OPERATOR_KEY: 'hl_operator',
    DELIVERY_URL: context.urls.delivery,
  });
  const scheduler = describeServiceEnvironment(serviceDefinitions.scheduler, 3003, context, {});
  expect(scheduler).not.toHaveProperty('HOOKLINE_OPERATOR_KEY');
});

it('uses the PUBLIC_URL of the caller for ingest', () => {
  const { ingest } = serviceDefinitions;
  expect(describeServiceEnvironment(ingest, 3001, context, {})).toMatchObject({
    PUBLIC_URL: context.urls.ingest,
  });
  const caller = { PUBLIC_URL: 'https://hooks.example' };
  expect(describeServiceEnvironment(ingest, 3001, context, caller)).toMatchObject(caller);
});
