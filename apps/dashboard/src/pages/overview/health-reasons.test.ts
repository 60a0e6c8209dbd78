import { expect, test } from 'vitest';
import { healthReasons } from './health-reasons.ts';

const services = { ingest: 'ready', delivery: 'ready', scheduler: 'ready', gateway: 'ready' } as const;
const hourly = { total: 5, failed: 1, attempts: 1_200, failedAttempts: 30, avgProcessingTimeMs: 4 };

test('the reasons name the services that are away, and count the attempts that failed', () => {
  expect(healthReasons({ services })).toEqual([]);
  expect(healthReasons({ services: { ...services, scheduler: 'not_ready' }, metrics: { hourly } })).toEqual([
    'scheduler is not ready',
    '30 of 1,200 attempts of the last hour failed',
  ]);
  expect(healthReasons({ services: { ...services, ingest: 'not_ready', delivery: 'not_ready' } })).toEqual([
    'ingest and delivery are not ready',
  ]);
});
