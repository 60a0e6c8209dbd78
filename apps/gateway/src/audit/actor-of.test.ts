import { expect, test } from 'vitest';
import { actorOf } from './actor-of.ts';

test.each([
  ['environment', 'environment', 'environment'],
  ['key_01BX5ZZKBKACTAV9WEVGEMMVRZ', 'key', 'key_01BX5ZZKBKACTAV9WEVGEMMVRZ'],
  ['ses_01BX5ZZKBKACTAV9WEVGEMMVRZ', 'session', 'ses_01BX5ZZKBKACTAV9WEVGEMMVRZ'],
  ['pts_01BX5ZZKBKACTAV9WEVGEMMVRZ', 'portal_session', 'pts_01BX5ZZKBKACTAV9WEVGEMMVRZ'],
  ['jwt:anna%40example.com', 'jwt', 'anna@example.com'],
  ['jwt:%00', 'jwt', '\uFFFD'],
  ['jwt:', 'jwt', ''],
])('the caller with the key id %s is of the kind %s', (keyId, kind, id) => {
  expect(actorOf({ role: 'operator', keyId })).toEqual({
    actor_kind: kind,
    actor_id: id,
    actor_role: 'operator',
  });
});
