import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readStartSettings } from './env.ts';

it('has a default for every setting', () => {
  expect(readStartSettings({ DATABASE_URL: '' })).toEqual({
    home: resolve(import.meta.dirname, '../../../.hookline'),
    host: '127.0.0.1',
    ports: { gateway: 3000, ingest: 3001, delivery: 3002, scheduler: 3003 },
    secrets: {},
    allowsLoopback: true,
    verbose: false,
    exitWithStdin: false,
  });
});

it('reads external servers, ports and secrets from the environment', () => {
  const encryptionKey = randomBytes(32).toString('base64');
  const settings = readStartSettings({
    HOOKLINE_HOME: '/var/lib/hookline',
    GATEWAY_PORT: '8080',
    INGEST_PORT: '0',
    DATABASE_URL: 'postgres://owner@db.internal/hookline?sslmode=require',
    NATS_URL: 'nats://a:4222,nats://b:4222',
    HOOKLINE_OPERATOR_KEY: 'hl_mine',
    HOOKLINE_ENCRYPTION_KEY: encryptionKey,
    LOG_LEVEL: 'debug',
  });
  expect(settings).toMatchObject({
    home: '/var/lib/hookline',
    ports: { gateway: 8080, ingest: 0, delivery: 3002, scheduler: 3003 },
    databaseUrl: 'postgres://owner@db.internal/hookline?sslmode=require',
    natsUrl: 'nats://a:4222,nats://b:4222',
    secrets: { operatorKey: 'hl_mine', encryptionKey },
    verbose: true,
  });
});

it('has emulated providers, at a port of their own, only if HOOKLINE_SANDBOX is true', () => {
  expect(readStartSettings({ HOOKLINE_SANDBOX: 'true' })).toMatchObject({ sandboxPort: 3009 });
  expect(readStartSettings({ HOOKLINE_SANDBOX: 'true', HOOKLINE_SANDBOX_PORT: '0' })).toMatchObject({
    sandboxPort: 0,
  });
  expect(readStartSettings({ HOOKLINE_SANDBOX_PORT: '3010' })).not.toHaveProperty('sandboxPort');
});

it('lists every invalid variable in one error', () => {
  const read = () =>
    readStartSettings({
      GATEWAY_PORT: '3001',
      SCHEDULER_PORT: '99999',
      DATABASE_URL: 'mysql://db',
      NATS_URL: 'localhost',
      HOOKLINE_ENCRYPTION_KEY: 'short',
    });
  for (const name of [
    'INGEST_PORT',
    'SCHEDULER_PORT',
    'DATABASE_URL',
    'NATS_URL',
    'HOOKLINE_ENCRYPTION_KEY',
  ]) {
    expect(read).toThrow(name);
  }
});
