import { randomBytes } from 'node:crypto';
import { ConfigurationError, readOutboundPolicy } from '@hookline/service';
import { expect, test } from 'vitest';
import { readDeliveryEnv } from './env.ts';

const complete = {
  DATABASE_URL: 'postgres://hookline_service@127.0.0.1/hookline',
  NATS_URL: 'nats://127.0.0.1:4222',
  HOOKLINE_INTERNAL_TOKEN: 'sixteen-characters-or-more',
  HOOKLINE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

test('defaults: port 3002, a lease of a minute, and no endpoints on private addresses', () => {
  expect(readDeliveryEnv(complete)).toMatchObject({
    DELIVERY_PORT: 3002,
    DELIVERY_MAX_IN_FLIGHT: 500,
    DELIVERY_IN_FLIGHT_PER_ENDPOINT: 10,
    DELIVERY_MAX_IN_FLIGHT_PER_ENDPOINT: 100,
    DELIVERY_MAX_BUFFERED_BYTES: 134_217_728,
    DELIVERY_LEASE_SECONDS: 60,
    DELIVERY_MAX_CLAIMS: 5,
    DELIVERY_MAX_HOPS: 5,
    DELIVERY_POLL_INTERVAL_MS: 250,
    DELIVERY_DISABLE_AFTER_HOURS: 120,
    DELIVERY_ANNOUNCE_DEAD_SECONDS: 3_600,
    HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: false,
  });
});

test('settings are read as what they are', () => {
  const env = readDeliveryEnv({
    ...complete,
    DELIVERY_LEASE_SECONDS: '8',
    HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true',
    DELIVERY_PORT: '',
  });
  expect(env).toMatchObject({
    DELIVERY_LEASE_SECONDS: 8,
    HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: true,
    DELIVERY_PORT: 3002,
  });
});

test('what may be called is read as lists', () => {
  expect(readOutboundPolicy(readDeliveryEnv(complete))).toEqual({
    allowPrivate: false,
    allow: [],
    deny: [],
    ports: [80, 443, 8080, 8443],
    httpsOnly: false,
  });
  const env = readDeliveryEnv({
    ...complete,
    HOOKLINE_OUTBOUND_ALLOW: '10.1.0.0/16, *.corp,',
    HOOKLINE_OUTBOUND_DENY: 'hooks.hookline.dev',
    HOOKLINE_OUTBOUND_PORTS: '443, 9443',
    HOOKLINE_OUTBOUND_HTTPS_ONLY: 'true',
  });
  expect(readOutboundPolicy(env)).toEqual({
    allowPrivate: false,
    allow: ['10.1.0.0/16', '*.corp'],
    deny: ['hooks.hookline.dev'],
    ports: [443, 9443],
    httpsOnly: true,
  });
  expect(() => readDeliveryEnv({ ...complete, HOOKLINE_OUTBOUND_PORTS: '443;80' })).toThrow(
    /HOOKLINE_OUTBOUND_PORTS/,
  );
});

test('every problem is named at once', () => {
  const read = () =>
    readDeliveryEnv({
      HOOKLINE_INTERNAL_TOKEN: 'short',
      DELIVERY_PORT: 'x',
      DELIVERY_LEASE_SECONDS: '7',
      DELIVERY_MAX_IN_FLIGHT: '0',
      DELIVERY_POLL_INTERVAL_MS: '1.5',
    });
  expect(read).toThrow(ConfigurationError);
  for (const name of [
    'DATABASE_URL',
    'NATS_URL',
    'HOOKLINE_ENCRYPTION_KEY',
    'HOOKLINE_INTERNAL_TOKEN',
    'DELIVERY_PORT',
    'DELIVERY_LEASE_SECONDS',
    'DELIVERY_MAX_IN_FLIGHT',
    'DELIVERY_POLL_INTERVAL_MS',
  ])
    expect(read).toThrow(new RegExp(`${name} `));
});
