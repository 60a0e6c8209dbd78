import { expect, test } from 'vitest';
import { startProcess } from './start-process.ts';

test('a configuration that is not valid ends the start with 1 and every problem', async () => {
  const { output, exit } = startProcess({ NATS_URL: 'nowhere', MAX_BODY_BYTES: '1' });
  expect(await exit).toBe(1);
  for (const name of ['DATABASE_URL', 'NATS_URL', 'MAX_BODY_BYTES', 'HOOKLINE_INTERNAL_TOKEN']) {
    expect(output()).toContain(name);
  }
});
