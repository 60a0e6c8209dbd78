import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, summarizeOptions } from '@hookline/service';
import { expect, test } from 'vitest';
import { DeliveryEnv, readDeliveryEnv } from './env.ts';

const complete = {
  DATABASE_URL: 'postgres://hookline_service@127.0.0.1/hookline',
  NATS_URL: 'nats://127.0.0.1:4222',
  HOOKLINE_INTERNAL_TOKEN: 'sixteen-characters-or-more',
  HOOKLINE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

test('defaults: port 3002, a lease of a minute, and no endpoints on private addresses', () => {
  expect(readDeliveryEnv(complete)).toMatchObject({
    port: 3002,
    maxInFlight: 500,
    inFlightPerEndpoint: 10,
    maxInFlightPerEndpoint: 100,
    maxBufferedBytes: 134_217_728,
    leaseSeconds: 60,
    maxClaims: 5,
    maxHops: 5,
    pollIntervalMs: 250,
    failureIntervalMs: 60_000,
    disableAfterHours: 120,
    announceDeadSeconds: 3_600,
    ownOrigins: ['http://localhost:3001'],
    outbound: { allowPrivate: false, allow: [], deny: [], ports: [80, 443, 8080, 8443], httpsOnly: false },
  });
});

test('a variable is converted to the type of its option, and an empty one counts as absent', () => {
  const options = readDeliveryEnv({
    ...complete,
    DELIVERY_LEASE_SECONDS: '8',
    HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true',
    HOOKLINE_ORIGINS: 'https://a.example.com,https://b.example.com',
    DELIVERY_PORT: '',
  });
  expect(options).toMatchObject({ leaseSeconds: 8, outbound: { allowPrivate: true }, port: 3002 });
  expect(options.ownOrigins).toEqual([
    'http://localhost:3001',
    'https://a.example.com',
    'https://b.example.com',
  ]);
});

test('the allowed and denied addresses are read as lists', () => {
  const { outbound } = readDeliveryEnv({
    ...complete,
    HOOKLINE_OUTBOUND_ALLOW: '10.1.0.0/16, *.corp,',
    HOOKLINE_OUTBOUND_DENY: 'hooks.hookline.dev',
    HOOKLINE_OUTBOUND_PORTS: '443, 9443',
    HOOKLINE_OUTBOUND_HTTPS_ONLY: 'true',
  });
  expect(outbound).toEqual({
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

test('an encryption key that is not 32 bytes is a problem', () => {
  const keys = `${complete.HOOKLINE_ENCRYPTION_KEY}, ${randomBytes(40).toString('base64')}`;
  expect(() => readDeliveryEnv({ ...complete, HOOKLINE_ENCRYPTION_KEY: keys })).toThrow(/32 bytes/);
});

test('the summary of the options shows no secret', () => {
  const summary = JSON.stringify(summarizeOptions(readDeliveryEnv(complete)));
  for (const secret of [complete.HOOKLINE_INTERNAL_TOKEN, complete.HOOKLINE_ENCRYPTION_KEY]) {
    expect(summary).not.toContain(secret);
  }
});

test('every setting is on the page about operating', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  for (const name of Object.keys(DeliveryEnv.properties)) expect(page).toContain(`\`${name}\``);
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
