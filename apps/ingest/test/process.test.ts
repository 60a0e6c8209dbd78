import { expect, test } from 'vitest';
import { startProcess } from './start-process.ts';

test('an invalid configuration ends the process with code 1 and names every problem', async () => {
  const { output, exit } = startProcess({ NATS_URL: 'nowhere', MAX_BODY_BYTES: '1' });
  expect(await exit).toBe(1);
  for (const name of ['DATABASE_URL', 'NATS_URL', 'MAX_BODY_BYTES', 'HOOKLINE_INTERNAL_TOKEN']) {
    expect(output()).toContain(name);
  }
});
