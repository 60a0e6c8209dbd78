import type { Sandbox, SandboxJob } from '@hookline/sandbox';
import { createSandbox } from '@hookline/sandbox';
import { afterAll, expect, test } from 'vitest';
import { createTransformer, MAX_TRANSFORMED_BYTES, type TransformInput } from './create-transformer.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());
const transformer = createTransformer(sandbox);

const input = (code: string, payload: string): TransformInput => ({
  key: 'ep_1',
  tenantId: 't',
  transformation: { code },
  method: 'POST',
  headers: {},
  event: {
    eventId: 'evt_1',
    eventType: 'a.b',
    eventTime: '2026-01-01T00:00:00.000Z',
    payload: Buffer.from(payload),
  },
});
const same = 'function handler(webhook) { return webhook; }';

test('a transformation that changes nothing sends the same request as none', async () => {
  const { content } = await transformer.transform(
    input(same, '{"text":"Größe \\u0000 👩‍👩‍👧","n":[1,2.5,null]}'),
  );
  expect(content?.body.toString()).toBe(
    '{"id":"evt_1","type":"a.b","timestamp":"2026-01-01T00:00:00.000Z","data":{"text":"Größe \\u0000 👩‍👩‍👧","n":[1,2.5,null]}}',
  );
});

test('numbers beyond 2^53 are rounded, as the documentation says', async () => {
  const { content } = await transformer.transform(input(same, '{"n":12345678901234567891}'));
  expect(content?.body.toString()).toContain('"data":{"n":12345678901234567000}');
});

test('the exact text of a rounded number can be read by its pointer', async () => {
  const code = 'function handler(w) { w.payload = [w.exactNumbers]; return w; }';
  const exactOf = async (payload: string) =>
    JSON.parse((await transformer.transform(input(code, payload))).content?.body.toString() ?? '');
  expect(await exactOf('{"order":{"id":7615917337495251231},"list":[1,1e400]}')).toEqual([
    { '/data/order/id': '7615917337495251231', '/data/list/1': '1e400' },
  ]);
  expect(await exactOf('{"id":7,"text":"7615917337495251231"}')).toEqual([null]);
});

test('a payload that is too large fails with its size, and uses no thread', async () => {
  const jobs: SandboxJob[] = [];
  const watched: Sandbox = {
    ...sandbox,
    run: (job) => {
      jobs.push(job);
      return sandbox.run(job);
    },
  };
  const large = JSON.stringify('x'.repeat(MAX_TRANSFORMED_BYTES));
  const { failure } = await createTransformer(watched).transform(input(same, large));
  expect(failure).toMatchObject({
    code: 'transformation_failed',
    message: 'The payload has 1048578 bytes; transformations take at most 1048576',
  });
  expect(jobs).toEqual([]);
});

test('a payload that is not JSON fails only its own event', async () => {
  const { failure } = await transformer.transform(input(same, 'no JSON'));
  expect(failure?.code).toBe('transformation_failed');
});

test('with too many transformations waiting the result is "busy", not a failure', async () => {
  const full = createSandbox({ threads: 2, maxWaiting: 0 });
  const result = await createTransformer(full).transform(input(same, '{}'));
  expect(result).toMatchObject({ busy: true, console: [] });
  expect(result.failure).toBeUndefined();
  await full.close();
});
