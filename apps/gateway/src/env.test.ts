import { readFileSync } from 'node:fs';
import { ConfigurationError, summarizeOptions } from '@hookline/service';
import { expect, test } from 'vitest';
import { GatewayEnv, readGatewayEnv } from './env.ts';

const complete = {
  DATABASE_URL: 'postgres://hookline_service@127.0.0.1/hookline',
  NATS_URL: 'nats://127.0.0.1:4222',
  HOOKLINE_INTERNAL_TOKEN: 'sixteen-characters-or-more',
  HOOKLINE_ENCRYPTION_KEY: Buffer.alloc(32, 'k').toString('base64'),
};

test('defaults: port 3000, the other services on this machine, no JWTs, no foreign pages', () => {
  const gateway = readGatewayEnv(complete);
  expect(gateway.port).toBe(3000);
  expect(gateway.upstreams).toEqual({
    ingest: 'http://127.0.0.1:3001',
    delivery: 'http://127.0.0.1:3002',
    scheduler: 'http://127.0.0.1:3003',
  });
  expect(gateway.jwt).toBe(undefined);
  expect(gateway.operatorKey).toBe(undefined);
  expect(gateway.allowedOrigins).toEqual([]);
  expect(gateway.trustedProxies).toEqual(['loopback']);
});

test('by default one key may make 1,000 calls a second, one address 2,000, and publishing has no limit', () => {
  expect(readGatewayEnv(complete).rateLimits).toEqual({
    perKey: 60_000,
    perAddress: 120_000,
    publishesPerKey: 0,
    windowSeconds: 60,
  });
});

test('by default rules are checked each 15 s, and a feed is pinged each 25 s; both may be set in seconds', () => {
  const intervals = (settings: object) => {
    const { alerts, feed } = readGatewayEnv({ ...complete, ...settings });
    return [alerts.intervalMs, feed?.pingIntervalMs];
  };
  expect(intervals({})).toEqual([15_000, 25_000]);
  expect(intervals({ ALERT_INTERVAL_SECONDS: '1', FEED_PING_SECONDS: '5' })).toEqual([1_000, 5_000]);
});

test('every problem is named at once', () => {
  const read = () =>
    readGatewayEnv({
      NATS_URL: 'localhost',
      GATEWAY_PORT: 'three',
      INGEST_URL: 'http://ingest:3001/api',
      HOOKLINE_OPERATOR_KEY: 'short',
      ALLOWED_ORIGINS: 'https://app.example.com/path',
      JWT_AUDIENCE: 'hookline',
      TRUSTED_PROXIES: 'proxy.example.com',
    });
  expect(read).toThrow(ConfigurationError);
  for (const name of [
    'DATABASE_URL',
    'NATS_URL',
    'GATEWAY_PORT',
    'INGEST_URL',
    'HOOKLINE_INTERNAL_TOKEN',
    'HOOKLINE_OPERATOR_KEY',
    'ALLOWED_ORIGINS',
    'JWT_AUDIENCE is set, but neither',
    'TRUSTED_PROXIES: "proxy.example.com"',
  ]) {
    expect(read).toThrow(new RegExp(name));
  }
});

test('origins are a list', () => {
  const gateway = readGatewayEnv({
    ...complete,
    ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:5173',
    PORTAL_FRAME_ORIGINS: 'https://shop.example.com',
    PORTAL_RETURN_ORIGINS: 'https://shop.example.com, https://www.example.com',
    PORTAL_LOGO_ORIGINS: 'https://cdn.example.com',
  });
  expect(gateway.allowedOrigins).toEqual(['https://app.example.com', 'http://localhost:5173']);
  expect(gateway.portalFrameOrigins).toEqual(['https://shop.example.com']);
  expect(gateway.portalOrigins).toEqual({
    return: ['https://shop.example.com', 'https://www.example.com'],
    logo: ['https://cdn.example.com'],
  });
});

test.each(['*', "https://a.example.com 'self'", 'https://a.example.com; script-src *', 'a.example.com'])(
  'what is no list of origins is refused: %s',
  (origins) => {
    for (const name of ['PORTAL_FRAME_ORIGINS', 'PORTAL_RETURN_ORIGINS', 'PORTAL_LOGO_ORIGINS'])
      expect(() => readGatewayEnv({ ...complete, [name]: origins })).toThrow(new RegExp(name));
  },
);

test.each([
  [{ JWT_HS256_SECRET: 'too short' }, /JWT_HS256_SECRET/],
  [
    { JWT_HS256_SECRET: 'x'.repeat(32), JWT_JWKS_URL: 'https://id.example.com/jwks' },
    /JWT_HS256_SECRET and JWT_JWKS_URL are both set/,
  ],
  [{ JWT_JWKS_URL: 'https://id.example.com/jwks', JWT_ISSUER: 'x' }, /JWT_AUDIENCE is not set/],
  [
    { JWT_JWKS_URL: 'http://id.example.com/jwks', JWT_ISSUER: 'x', JWT_AUDIENCE: 'y' },
    /JWT_JWKS_URL must be https/,
  ],
])('JWT settings that do not go together are refused: %o', (settings, problem) => {
  expect(() => readGatewayEnv({ ...complete, ...settings })).toThrow(problem);
});

const oidc = {
  OIDC_ISSUER: 'https://id.example.com',
  OIDC_CLIENT_ID: 'hookline',
  OIDC_CLIENT_SECRET: 'a secret of the tests',
  OIDC_ROLE_CLAIM: 'role',
  GATEWAY_PUBLIC_URL: 'https://hooks.example.com/',
};

test('the settings of an identity provider are taken over, and its secret is not shown', () => {
  const options = readGatewayEnv({ ...complete, ...oidc, OIDC_TENANT_CLAIM: 'org' });
  expect(options.publicUrl).toBe('https://hooks.example.com');
  expect(options.oidc).toEqual({
    issuer: 'https://id.example.com',
    clientId: 'hookline',
    clientSecret: 'a secret of the tests',
    roleClaim: 'role',
    tenantClaim: 'org',
    scope: 'openid email',
  });
  expect(JSON.stringify(summarizeOptions(options))).not.toContain('a secret of the tests');
  expect(readGatewayEnv(complete).oidc).toBe(undefined);
});

test.each([
  [{ ...oidc, OIDC_ISSUER: '' }, /OIDC_CLIENT_SECRET is set, but OIDC_ISSUER is not/],
  [{ ...oidc, OIDC_ROLE_CLAIM: '' }, /OIDC_ROLE_CLAIM is not set/],
  [{ ...oidc, GATEWAY_PUBLIC_URL: '' }, /GATEWAY_PUBLIC_URL is not set/],
  [{ ...oidc, GATEWAY_PUBLIC_URL: 'https://hooks.example.com/path' }, /GATEWAY_PUBLIC_URL/],
  [{ ...oidc, OIDC_ISSUER: 'http://id.example.com' }, /OIDC_ISSUER must be https/],
  [{ ...oidc, OIDC_SCOPE: 'email' }, /OIDC_SCOPE/],
])('settings of an identity provider that do not go together are refused: %o', (settings, problem) => {
  expect(() => readGatewayEnv({ ...complete, ...settings })).toThrow(problem);
});

test('JWT settings that go together are taken over', () => {
  const secret = 'x'.repeat(32);
  expect(readGatewayEnv({ ...complete, JWT_HS256_SECRET: secret, JWT_ISSUER: 'us' }).jwt).toEqual({
    secret,
    issuer: 'us',
  });
});

test('the summary of the options shows no secret', () => {
  const secret = 'x'.repeat(32);
  const operatorKey = 'an operator key of our own';
  const options = readGatewayEnv({
    ...complete,
    JWT_HS256_SECRET: secret,
    HOOKLINE_OPERATOR_KEY: operatorKey,
  });
  const summary = summarizeOptions(options);
  expect(summary).toMatchObject({ operatorKey: 'configured', 'jwt.secret': 'configured' });
  for (const each of [secret, operatorKey, complete.HOOKLINE_INTERNAL_TOKEN]) {
    expect(JSON.stringify(summary)).not.toContain(each);
  }
});

test('every setting is on the page about operating', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  for (const name of Object.keys(GatewayEnv.properties)) expect(page).toContain(`\`${name}\``);
});

test('e-mail needs a server and a sender, and the password of the server is not in the log', () => {
  expect(readGatewayEnv(complete).alerts.smtp).toBe(undefined);
  const password = ['p', 'w'].join('');
  const smtp = {
    SMTP_URL: `smtps://user:${password}@smtp.example.com:465`,
    SMTP_FROM: 'Hookline <alerts@example.com>',
  };
  const options = readGatewayEnv({ ...complete, ...smtp });
  expect(options.alerts.smtp).toEqual({ url: smtp.SMTP_URL, from: smtp.SMTP_FROM });
  expect(summarizeOptions(options)).toMatchObject({ 'alerts.smtp.url': 'smtps://***@smtp.example.com:465' });
  for (const [changes, message] of [
    [{ SMTP_FROM: undefined }, /SMTP_FROM is not set/],
    [{ SMTP_URL: undefined }, /SMTP_URL is not/],
    [{ SMTP_URL: 'smtp.example.com' }, /SMTP_URL/],
    [{ SMTP_FROM: 'Hookline <alerts@example.com' }, /SMTP_FROM/],
  ] as const) {
    expect(() => readGatewayEnv({ ...complete, ...smtp, ...changes })).toThrow(message);
  }
});
