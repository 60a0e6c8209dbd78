import Type from 'typebox';
import { expect, test } from 'vitest';
import { type ConfigurationError, readEnv } from './read-env.ts';

const Schema = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  DATABASE_URL: Type.String({ pattern: '^[a-z]+://', description: 'postgres://…' }),
  FAST: Type.Boolean({ default: false }),
  NAME: Type.Optional(Type.String()),
});

test('values are converted, defaults filled in, unknown variables left out', () => {
  expect(readEnv(Schema, { PORT: '80', DATABASE_URL: 'postgres://x', FAST: 'true', HOME: '/root' })).toEqual({
    PORT: 80,
    DATABASE_URL: 'postgres://x',
    FAST: true,
  });
});

test('every problem is named at once', () => {
  const problems = (env: Record<string, string>) => {
    try {
      readEnv(Schema, env);
      return [];
    } catch (error) {
      return (error as ConfigurationError).problems;
    }
  };
  const all = problems({ PORT: 'eighty', DATABASE_URL: 'nowhere' });
  expect(all).toHaveLength(2);
  expect(all.join('\n')).toMatch(/PORT/);
  expect(all.join('\n')).toMatch(/DATABASE_URL/);
  expect(problems({ PORT: '99999' }).join('\n')).toMatch(/DATABASE_URL is not set: postgres/);
});

test('an empty variable counts as absent', () => {
  expect(readEnv(Schema, { PORT: '', DATABASE_URL: 'postgres://x', NAME: '' })).toEqual({
    PORT: 3000,
    DATABASE_URL: 'postgres://x',
    FAST: false,
  });
});
