import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { withDefaults } from './with-defaults.ts';

const Signing = Type.Object({
  algorithm: Type.Optional(Type.String({ default: 'hmac' })),
  plainHeaders: Type.Optional(Type.Boolean({ default: true })),
});
const Body = Type.Object({
  limit: Type.Integer({ default: 100 }),
  signing: Type.Optional(Type.Union([Signing, Type.Null()])),
  filter: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
});

test('what is left out has its default, also within one of several kinds', () => {
  expect(withDefaults(Body, {})).toEqual({ limit: 100 });
  expect(withDefaults(Body, { limit: 5, signing: { plainHeaders: false } })).toEqual({
    limit: 5,
    signing: { algorithm: 'hmac', plainHeaders: false },
  });
  expect(withDefaults(Body, { limit: 5, signing: null })).toEqual({ limit: 5, signing: null });
  expect(withDefaults(Body, { limit: 'x', signing: 7, other: 1 })).toEqual({
    limit: 'x',
    signing: 7,
    other: 1,
  });
  for (const value of [null, 5, 'x', [1]]) expect(withDefaults(Body, value)).toBe(value);
});

test('a value stays itself, with every name in it, where nothing is left out', () => {
  const value = JSON.parse('{"limit": 1, "filter": {"constructor": 1, "__proto__": {"prototype": 2}}}');
  expect(withDefaults(Body, value)).toBe(value);
});

test('a default beside them loses no name', () => {
  const filled = withDefaults(Body, JSON.parse('{"__proto__": 1, "filter": {"constructor": 1}}'));
  expect(JSON.stringify(filled)).toBe('{"__proto__":1,"filter":{"constructor":1},"limit":100}');
});
