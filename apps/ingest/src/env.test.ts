import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, summarizeOptions } from '@hookline/service';
import { expect, test } from 'vitest';
import { IngestEnv, PROVIDER_SECRET_VARIABLES, readIngestEnv } from './env.ts';

const complete = {
  DATABASE_URL: 'postgres://hookline_service@127.0.0.1/hookline',
  NATS_URL: 'nats://127.0.0.1:4222',
  HOOKLINE_INTERNAL_TOKEN: 'sixteen-characters-or-more',
  HOOKLINE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

test('defaults: port 3001, 25 MiB bodies, 8 s to store an event, the tenant "default"', () => {
  const ingest = readIngestEnv(complete);
  expect(ingest.port).toBe(3001);
  expect(ingest.maxBodyBytes).toBe(25 * 1024 * 1024);
  expect(ingest.publishDeadlineMs).toBe(8_000);
  expect(ingest.defaultTenant).toBe('default');
  expect(ingest.environmentSecrets.size).toBe(0);
});

test("providers' secrets come from variables such as GITHUB_WEBHOOK_SECRET", () => {
  const variables = ['GITHUB_WEBHOOK_SECRET', 'SLACK_SIGNING_SECRET', 'STRIPE_WEBHOOK_SECRET'];
  variables.push('CLERK_WEBHOOK_SECRET', 'APP_SECRET', 'VERIFY_TOKEN');
  for (const name of variables) expect(PROVIDER_SECRET_VARIABLES).toContain(name);
  const ingest = readIngestEnv({
    ...complete,
    GITHUB_WEBHOOK_SECRET: 'g',
    APP_SECRET: 'm',
    VERIFY_TOKEN: 'v',
  });
  expect(ingest.environmentSecrets.get('github')).toEqual({ secrets: ['g'], verifyTokens: [] });
  expect(ingest.environmentSecrets.get('meta')).toEqual({ secrets: ['m'], verifyTokens: ['v'] });
  expect(ingest.environmentSecrets.has('slack')).toBe(false);
});

test('a slash at the end of PUBLIC_URL is removed, and a path in it is a problem', () => {
  const read = (url: string) => readIngestEnv({ ...complete, PUBLIC_URL: url }).publicUrl;
  expect(read('https://hooks.example.com/')).toBe('https://hooks.example.com');
  expect(() => read('https://hooks.example.com/hooks')).toThrow(/PUBLIC_URL/);
});

test('one error names every problem of the configuration', () => {
  const read = () =>
    readIngestEnv({ INGEST_PORT: 'x', MAX_BODY_BYTES: '5', CLERK_WEBHOOK_SECRET: 'not base64!' });
  expect(read).toThrow(ConfigurationError);
  const names = ['DATABASE_URL', 'NATS_URL', 'HOOKLINE_ENCRYPTION_KEY', 'INGEST_PORT', 'MAX_BODY_BYTES'];
  for (const name of [...names, 'CLERK_WEBHOOK_SECRET']) expect(read).toThrow(new RegExp(name));
});

test('a problem with a secret does not show the secret', () => {
  expect(() => readIngestEnv({ ...complete, CLERK_WEBHOOK_SECRET: 'not base64!' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('not base64!') }),
  );
});

test('an encryption key that is not 32 bytes is a problem at any position of the list', () => {
  const keys = `${complete.HOOKLINE_ENCRYPTION_KEY}, ${randomBytes(40).toString('base64')}`;
  expect(() => readIngestEnv({ ...complete, HOOKLINE_ENCRYPTION_KEY: keys })).toThrow(/32 bytes/);
});

test('every setting is documented in docs/operating.md', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  for (const name of Object.keys(IngestEnv.properties)) expect(page).toContain(`\`${name}\``);
});

test('by default refusals are limited, verified requests are not, and only this machine is a trusted proxy', () => {
  const ingest = readIngestEnv(complete);
  expect(ingest.limits).toEqual({ perAddress: 1_000, perSource: 0, windowMs: 900_000 });
  expect(ingest.trustedProxies).toEqual(['loopback']);
});

test('TRUSTED_PROXIES accepts addresses, networks and the names of networks, and refuses anything else', () => {
  const read = (proxies: string) => readIngestEnv({ ...complete, TRUSTED_PROXIES: proxies }).trustedProxies;
  expect(read('10.0.0.0/8, loopback,2001:db8::1')).toEqual(['10.0.0.0/8', 'loopback', '2001:db8::1']);
  expect(read('none')).toEqual([]);
  expect(() => read('10.0.0.0/8, proxy.example.com')).toThrow(/TRUSTED_PROXIES: "proxy.example.com"/);
});

test('the summary of the options shows no secret', () => {
  const secrets = { GITHUB_WEBHOOK_SECRET: 'github-1', VERIFY_TOKEN: 'meta-1' };
  const summary = summarizeOptions(readIngestEnv({ ...complete, ...secrets }));
  expect(summary).toMatchObject({
    encryptionKeys: 'configured',
    'environmentSecrets.github': 'configured',
    'environmentSecrets.meta': 'configured',
    journal: 'not configured',
  });
  const { HOOKLINE_INTERNAL_TOKEN: token, HOOKLINE_ENCRYPTION_KEY: key } = complete;
  for (const each of [token, key, ...Object.values(secrets)]) {
    expect(JSON.stringify(summary)).not.toContain(each);
  }
});
