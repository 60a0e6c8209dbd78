import { type FoundThing, LOOKUP_SCOPES, type LookupKind, scopesOf } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { keepReadable } from './keep-readable.ts';

const found = (Object.keys(LOOKUP_SCOPES) as LookupKind[]).map(
  (kind): FoundThing => ({ kind, id: kind, userId: null, path: '/', title: kind, matchedBy: 'id' }),
);
const kindsFor = (...grants: string[]) => keepReadable(found, scopesOf(grants)).map(({ kind }) => kind);

test('a caller finds only what its scopes allow it to read', () => {
  expect(kindsFor('events:read')).toEqual(['event', 'delivery', 'attempt', 'replay', 'bulk_job', 'schedule']);
  expect(kindsFor('endpoints:*')).toEqual(['endpoint']);
  expect(kindsFor('sources:read', 'connections:token')).toEqual(['source', 'rejection']);
  expect(kindsFor('replays:write')).toEqual([]);
  expect(kindsFor('*:read')).not.toContain('api_key');
  expect(kindsFor('*')).toHaveLength(found.length);
});
