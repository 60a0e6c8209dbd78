import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createSampledLog } from './sampled-log.ts';

const open = (level = 'info') => {
  const output = new PassThrough({ encoding: 'utf8' });
  return { output, logger: pino({ level, base: null, timestamp: false }, output) };
};
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('above the rate lines are left out, and a line says how many', async () => {
  const { output, logger } = open();
  const log = createSampledLog(logger, 'webhook.received', 5);
  let described = 0;
  for (let n = 0; n < 1_000; n++) log.write(() => ({ n: described++ }), 'webhook.received');
  const first = linesOf(output.read() as string);
  expect(first.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
  expect(described).toBe(5);
  await once(output, 'readable');
  expect(linesOf(output.read() as string)).toMatchObject([
    { kind: 'webhook.received', leftOut: 995, msg: 'lines were left out' },
  ]);
});

test('a level above info writes nothing and describes nothing', () => {
  const { output, logger } = open('warn');
  const log = createSampledLog(logger, 'webhook.received', 5);
  log.write(() => {
    throw new Error('described');
  }, 'webhook.received');
  expect(output.read()).toBeNull();
});
