import { readFileSync } from 'node:fs';
import { ConfigurationError } from '@hookline/service';
import { expect, test } from 'vitest';
import { ENVIRONMENT_APP_VARIABLES } from './accounts/environment-apps.ts';
import { readSchedulerEnv, SchedulerEnv } from './env.ts';

const complete = {
  DATABASE_URL: 'postgres://hookline_service@127.0.0.1/hookline',
  HOOKLINE_INTERNAL_TOKEN: 'sixteen-characters-or-more',
  NATS_URL: 'nats://127.0.0.1:4222',
  HOOKLINE_ENCRYPTION_KEY: Buffer.alloc(32, 'k').toString('base64'),
};

test('defaults: port 3003, a day with a dead letter kept for 7 days, another for 1', () => {
  const settings = readSchedulerEnv(complete);
  expect(settings.port).toBe(3003);
  expect(settings.retention).toEqual({ completedDays: 1, failedDays: 7, auditDays: 90 });
});

test('the error names every invalid variable and its allowed values', () => {
  const read = () =>
    readSchedulerEnv({
      RETENTION_FAILED_DAYS: '0',
      SCHEDULER_PORT: 'three',
      HOOKLINE_INTERNAL_TOKEN: 'short',
      HOOKLINE_ENCRYPTION_KEY: 'not a key of thirty-two bytes, whatever it is',
    });
  expect(read).toThrow(ConfigurationError);
  for (const name of [
    'DATABASE_URL',
    'NATS_URL',
    'RETENTION_FAILED_DAYS',
    'SCHEDULER_PORT',
    'HOOKLINE_INTERNAL_TOKEN',
    'HOOKLINE_ENCRYPTION_KEY',
  ]) {
    expect(read).toThrow(new RegExp(name));
  }
});

test('docs/operating.md has every setting', () => {
  const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  for (const name of [...Object.keys(SchedulerEnv.properties), ...ENVIRONMENT_APP_VARIABLES])
    expect(page).toContain(`\`${name}\``);
});
