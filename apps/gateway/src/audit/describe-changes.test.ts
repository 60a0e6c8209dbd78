import { expect, test } from 'vitest';
import { type ChangedThing, describeChanges } from './describe-changes.ts';

const describe = (thing: Partial<ChangedThing>) =>
  describeChanges({
    before: undefined,
    after: undefined,
    body: undefined,
    fields: undefined,
    secrets: new Set(),
    ...thing,
  });

test('a change names the fields that differ, with both values', () => {
  const before = { id: 'ep_1', name: 'a', events: ['*'], deep: { a: 1 }, gone: true };
  const after = { id: 'ep_1', name: 'b', events: ['*'], deep: { a: 2 }, added: null };
  expect(describe({ before, after })).toEqual({
    name: { before: 'a', after: 'b' },
    deep: { before: { a: 1 }, after: { a: 2 } },
    gone: { before: true },
    added: { after: null },
  });
  expect(describe({ before, after: before })).toBe(null);
});

test('only fields that the call can set are compared', () => {
  const [before, after] = [
    { name: 'a', health: 1 },
    { name: 'b', health: 2 },
  ];
  expect(describe({ before, after, fields: new Set(['name']) })).toEqual({
    name: { before: 'a', after: 'b' },
  });
});

test('a new thing has its values, and a deleted thing has its last ones', () => {
  expect(describe({ after: { id: 'x' } })).toEqual({ id: { after: 'x' } });
  expect(describe({ before: { id: 'x' } })).toEqual({ id: { before: 'x' } });
  expect(describe({})).toBe(null);
});

test('no secret is described, at any depth, by its mark or by its name', () => {
  const after = {
    key: 'hl_shown-once',
    secret: 'whsec_shown-once',
    auth: { type: 'basic', username: 'u', password: 'shown-once' },
    list: [{ clientSecret: 'shown-once' }, { accessToken: 'shown-once', key: 'shown-once' }],
    secretsSetAt: ['2026-01-01T00:00:00Z'],
  };
  const changes = describe({ after, secrets: new Set(['key']) });
  expect(JSON.stringify(changes)).not.toContain('shown-once');
  expect(changes).toEqual({
    auth: { after: { type: 'basic', username: 'u', password: '[redacted]' } },
    list: { after: [{ clientSecret: '[redacted]' }, { accessToken: '[redacted]', key: '[redacted]' }] },
    secretsSetAt: { after: ['2026-01-01T00:00:00Z'] },
  });
});

test('that a secret was set is told, without the secret', () => {
  expect(describe({ before: { name: 'a' }, after: { name: 'a' }, body: { secret: 's3cret' } })).toEqual({
    secret: { after: '[redacted]' },
  });
});

test('long values and many fields do not make a long entry', () => {
  expect(describe({ after: { text: 'x'.repeat(3_000), short: 1 } })).toEqual({
    text: { after: '[too long]' },
    short: { after: 1 },
  });
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field${n}`, 'y'.repeat(1_900)]));
  expect(JSON.stringify(describe({ after: many })).length).toBeLessThan(17_000);
});

test('what is no object has no fields', () => {
  expect(describe({ before: ['a'], after: 'text', body: 5 })).toBe(null);
});
