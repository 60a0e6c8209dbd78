import { expect, test } from 'vitest';
import { SCOPE_WILDCARDS, SCOPES, scopesOf } from './scope.ts';

test.each([
  [['events:read'], ['events:read']],
  [['endpoints:*'], ['endpoints:read', 'endpoints:write']],
  [['connections:*'], ['connections:read', 'connections:write']],
  [
    ['connections:*', 'connections:token'],
    ['connections:read', 'connections:write', 'connections:token'],
  ],
  [['*:read'], ['events:read', 'endpoints:read', 'sources:read', 'connections:read', 'alerts:read']],
  [['admin'], ['admin']],
  [[], []],
] as const)('%j grants exactly %j', (grants, scopes) => {
  expect(scopesOf(grants)).toEqual(scopes);
});

test('"*" grants every scope except the one that hands out tokens of providers', () => {
  expect(scopesOf(['*'])).toEqual(SCOPES.filter((scope) => scope !== 'connections:token'));
});

test('no combination of wildcards grants connections:token', () => {
  expect(scopesOf(SCOPE_WILDCARDS)).not.toContain('connections:token');
});

test.each([
  '',
  ':*',
  '*:*',
  ':read',
  'events',
  'events:',
  'EVENTS:READ',
  'event:*',
  'openid',
  '*:write',
  'e*',
])('"%s" grants nothing', (grant) => {
  expect(scopesOf([grant])).toEqual([]);
});
