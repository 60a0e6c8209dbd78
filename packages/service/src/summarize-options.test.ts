import { expect, test } from 'vitest';
import { summarizeOptions } from './summarize-options.ts';

test('every option is shown by its name, and an inner one by its path', () => {
  expect(
    summarizeOptions({
      port: 3001,
      natsMonitorUrl: undefined,
      exitWithStdin: false,
      trustedProxies: ['loopback', '10.0.0.0/8'],
      streams: { replicas: 3, maxBytes: -1 },
    }),
  ).toEqual({
    port: 3001,
    natsMonitorUrl: 'not configured',
    exitWithStdin: false,
    trustedProxies: ['loopback', '10.0.0.0/8'],
    'streams.replicas': 3,
    'streams.maxBytes': -1,
  });
});

test('of a secret only whether it is configured is shown', () => {
  const summary = summarizeOptions({
    internalToken: 'hush-1',
    encryptionKeys: ['hush-2'],
    operatorKey: undefined,
    jwt: { issuer: 'us', secret: 'hush-3' },
    environmentSecrets: new Map([['github', { secrets: ['hush-4'] }]]),
    unusedSecrets: new Map(),
  });
  expect(summary).toEqual({
    internalToken: 'configured',
    encryptionKeys: 'configured',
    operatorKey: 'not configured',
    'jwt.issuer': 'us',
    'jwt.secret': 'configured',
    'environmentSecrets.github': 'configured',
    unusedSecrets: 'not configured',
  });
});

test('the user, the password and the query of a URL are not shown', () => {
  expect(
    summarizeOptions({
      databaseUrl: 'postgres://hookline_service:hush@db:5432/hookline?sslpassword=hush',
      natsUrl: 'nats://hush@a:4222, nats://b:4222',
      jwksUrl: 'https://id.example.com/jwks?api_key=hush',
    }),
  ).toEqual({
    databaseUrl: 'postgres://***@db:5432/hookline?***',
    natsUrl: 'nats://***@a:4222, nats://b:4222',
    jwksUrl: 'https://id.example.com/jwks?***',
  });
});
