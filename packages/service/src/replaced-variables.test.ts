import { expect, test } from 'vitest';
import { listReplacedVariables } from './replaced-variables.ts';

test('variables that are set and that nothing reads are listed, each with its replacement', () => {
  const env = {
    REDIS_HOST: 'localhost',
    REDIS_PASSWORD: '',
    API_URL: 'https://a.example',
    WEBHOOK_DEDUP_TTL: '60000',
  };
  expect(listReplacedVariables(env)).toEqual({
    API_URL: 'use PUBLIC_URL',
    REDIS_HOST: 'use NATS_URL and DATABASE_URL: Hookline needs no Redis',
  });
});
