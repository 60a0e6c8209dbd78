import { expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { chooseAccount } from './choose-account.ts';
import type { Config } from './config.ts';

const config: Config = {
  current: 'work',
  profiles: {
    work: { url: 'https://hooks.example.com', key: 'hl_work' },
    home: { url: 'http://127.0.0.1:3000', key: 'hl_home' },
  },
};

test('the current profile is used, and a named one as a whole, whatever the environment says', () => {
  expect(chooseAccount(config, {}, undefined)).toMatchObject({ key: 'hl_work', profile: 'work' });
  const env = { HOOKLINE_URL: 'https://other.example.com', HOOKLINE_KEY: 'hl_env' };
  expect(chooseAccount(config, env, 'home')).toEqual({
    url: 'http://127.0.0.1:3000',
    key: 'hl_home',
    profile: 'home',
    keyFrom: 'the profile "home"',
  });
});

test('the environment comes before the current profile', () => {
  const env = { HOOKLINE_URL: 'https://other.example.com', HOOKLINE_KEY: 'hl_env' };
  expect(chooseAccount(config, env, undefined)).toMatchObject({
    url: env.HOOKLINE_URL,
    keyFrom: 'HOOKLINE_KEY',
  });
  expect(chooseAccount(config, { HOOKLINE_KEY: 'hl_env' }, undefined)).toMatchObject({
    url: 'https://hooks.example.com',
    key: 'hl_env',
  });
});

test("a profile's key is never sent to another host than its own", () => {
  expect(() => chooseAccount(config, { HOOKLINE_URL: 'https://evil.example.com' }, undefined)).toThrow(
    expect.objectContaining({ exitCode: 3 }),
  );
  expect(chooseAccount(config, { HOOKLINE_URL: 'https://hooks.example.com/' }, undefined).key).toBe(
    'hl_work',
  );
});

test('an error says what is missing', () => {
  const hintOf = (env: Record<string, string>, named?: string) => {
    try {
      chooseAccount({ profiles: {} }, env, named);
    } catch (error) {
      return error instanceof CliError ? `${error.message} ${error.hint}` : 'another error';
    }
    return 'no error';
  };
  expect(hintOf({})).toMatch(/not signed in.*HOOKLINE_URL and HOOKLINE_KEY/);
  expect(hintOf({ HOOKLINE_URL: 'http://127.0.0.1:3000' })).toMatch(/set HOOKLINE_KEY\.$/);
  expect(hintOf({}, 'prod')).toMatch(/no profile "prod"/);
  expect(hintOf({ HOOKLINE_URL: 'hooks.example.com', HOOKLINE_KEY: 'k' })).toMatch(
    /HOOKLINE_URL must be an address/,
  );
});
