import type { FeedEvent } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { feedEvent } from '../../fixtures/feed-event.ts';
import { type AnsweredPosition, Forwarder, type ForwarderOptions, type Forwarding } from './forwarder.ts';
import type { LocalRequest, OriginalRequest } from './local-request.ts';
import type { LocalResult } from './send-local.ts';
import { readTargets, targetOf } from './targets.ts';

const original: OriginalRequest = {
  method: 'POST',
  pathSuffix: '',
  query: '',
  headers: [],
  body: Buffer.alloc(0),
  calledUrl: undefined,
  isProviders: false,
  withheld: [],
};
const answer = (status: number): LocalResult => ({
  kind: 'answered',
  status,
  headers: [],
  body: Buffer.alloc(0),
  isCut: false,
  durationMs: 1,
});
const refused: LocalResult = { kind: 'refused', message: 'ECONNREFUSED', durationMs: 1 };
const broken: LocalResult = { kind: 'broken', message: 'ECONNRESET', durationMs: 1 };

/** A forwarder whose local servers answer as `respond` says, by the id of the event and the number of the attempt. */
function start(
  respond: (id: string, attempt: number) => LocalResult | Promise<LocalResult>,
  overrides: Partial<ForwarderOptions> = {},
  forward: readonly string[] = ['4000'],
) {
  const targets = readTargets(forward);
  const sent: string[] = [];
  const positions: AnsweredPosition[] = [];
  const attempts = new Map<string, number>();
  const forwarder = new Forwarder({
    targetOf: (type) => targetOf(targets, type),
    load: () => Promise.resolve(original),
    mayPass: () => false,
    prepare: ({ method }, target, event): LocalRequest => ({
      method,
      url: target.url.href,
      headers: [['id', event.id]],
      body: Buffer.alloc(0),
    }),
    send: async ({ headers }) => {
      const id = headers[0]?.[1] ?? '';
      sent.push(id);
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      return await respond(id, attempt);
    },
    retries: 0,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    onChange: () => {},
    onDone: () => {},
    onError: (error) => {
      throw error;
    },
    onAnswered: (position) => positions.push(position),
    ...overrides,
  });
  const add = (id: string, type = 'github.push'): Forwarding =>
    forwarder.add(feedEvent({ id, type }) satisfies FeedEvent, `after-${id}`);
  return { forwarder, add, sent, positions, last: () => positions.at(-1) };
}

test('events are sent one after the other, and the position follows the answers', async () => {
  const { forwarder, add, sent, positions } = start(() => answer(200));
  for (const id of ['a', 'b', 'c']) add(id);
  expect(forwarder.held).toBe(3);
  expect(positions).toEqual([]);
  await forwarder.whenIdle();
  expect(sent).toEqual(['a', 'b', 'c']);
  expect(positions.map(({ cursor }) => cursor)).toEqual(['after-a', 'after-b', 'after-c']);
});

test('an answer other than 2xx is an answer: the position moves on', async () => {
  const { forwarder, add, sent, last } = start(() => answer(500));
  const entry = add('a');
  await forwarder.whenIdle();
  expect(sent).toEqual(['a']);
  expect(entry.state).toBe('done');
  expect(last()?.cursor).toBe('after-a');
});

test('while the local server refuses, events are held in order and none is lost', async () => {
  let isUp = false;
  const { forwarder, add, sent, positions } = start(() => (isUp ? answer(200) : refused));
  for (const id of ['a', 'b', 'c']) add(id);
  while (sent.length < 5) await new Promise((resolve) => setImmediate(resolve));
  expect(new Set(sent)).toEqual(new Set(['a']));
  expect(forwarder.held).toBe(3);
  expect(positions).toEqual([]);
  isUp = true;
  await forwarder.whenIdle();
  expect(sent.slice(-3)).toEqual(['a', 'b', 'c']);
  expect(positions.map(({ cursor }) => cursor)).toEqual(['after-a', 'after-b', 'after-c']);
});

test('an event on which the server always breaks off holds the others back no more than three times', async () => {
  const { forwarder, add, sent } = start((id) => (id === 'a' ? broken : answer(200)));
  const [poison] = [add('a'), add('b')];
  await forwarder.whenIdle();
  expect(sent).toEqual(['a', 'a', 'a', 'b']);
  expect(poison.result?.kind).toBe('broken');
});

test('--retry sends an event again that was not answered with 2xx', async () => {
  const { forwarder, add, sent } = start((_id, attempt) => answer(attempt < 3 ? 503 : 200), { retries: 2 });
  const entry = add('a');
  await forwarder.whenIdle();
  expect(sent).toEqual(['a', 'a', 'a']);
  expect(entry.result).toMatchObject({ status: 200 });
  const never = start(() => answer(503), { retries: 2 });
  never.add('a');
  await never.forwarder.whenIdle();
  expect(never.sent).toHaveLength(3);
});

test('a server that refuses holds back only its own events, and answered ones are noted ahead of the position', async () => {
  let isUp = false;
  const { forwarder, add, last } = start((id) => (id.startsWith('s') || isUp ? answer(200) : refused), {}, [
    'github.*=4001',
    'stripe.*=4002',
  ]);
  add('g1');
  add('s1', 'stripe.x');
  add('s2', 'stripe.x');
  while (forwarder.held > 1) await new Promise((resolve) => setImmediate(resolve));
  expect(last()).toEqual({ cursor: undefined, event: undefined, ahead: ['s1', 's2'] });
  isUp = true;
  await forwarder.whenIdle();
  expect(last()).toMatchObject({ cursor: 'after-s2', ahead: [] });
});

test('an event without a target moves the position and is not sent', async () => {
  const { forwarder, add, sent, last } = start(() => answer(200), {}, ['github.*=4001']);
  const entry = add('x', 'order.paid');
  await forwarder.whenIdle();
  expect(entry.state).toBe('skipped');
  expect(sent).toEqual([]);
  expect(last()?.cursor).toBe('after-x');
});

test('while it is paused nothing is sent', async () => {
  const { forwarder, add, sent } = start(() => answer(200));
  forwarder.pause();
  add('a');
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual([]);
  forwarder.resume();
  await forwarder.whenIdle();
  expect(sent).toEqual(['a']);
});

test('an event whose request cannot be read is shown as failed, or tried again when the reason may pass', async () => {
  const load = () => Promise.reject(new Error('gone'));
  const lost = start(() => answer(200), { load });
  const entry = lost.add('a');
  await lost.forwarder.whenIdle();
  expect(entry.result).toMatchObject({ kind: 'unreadable', message: 'gone' });
  let tries = 0;
  const passing = start(() => answer(200), {
    load: () => (tries++ < 2 ? Promise.reject(new Error('away')) : Promise.resolve(original)),
    mayPass: () => true,
  });
  passing.add('a');
  await passing.forwarder.whenIdle();
  expect(passing.sent).toEqual(['a']);
});

test('while it is paused it becomes quiet after the answer that is under way', async () => {
  let respond: (result: LocalResult) => void = () => {};
  const { forwarder, add, sent, last } = start(
    () =>
      new Promise<LocalResult>((resolve) => {
        respond = resolve;
      }),
  );
  add('a');
  add('b');
  while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
  forwarder.pause();
  const quiet = forwarder.whenQuiet();
  respond(answer(200));
  await quiet;
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual(['a']);
  expect(last()?.cursor).toBe('after-a');
});

test('the position has moved before a result is shown', async () => {
  const seen: string[] = [];
  const { forwarder, add } = start(() => answer(200), {
    onDone: () => seen.push('done'),
    onAnswered: ({ cursor }) => seen.push(`at ${cursor}`),
    onChange: ({ state }) => {
      if (state === 'done') seen.push('shown');
    },
  });
  add('a');
  await forwarder.whenIdle();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['done', 'at after-a', 'shown']);
});

test('a position that cannot be stored is an error, and not silence', async () => {
  const errors: unknown[] = [];
  const { add } = start(() => answer(200), {
    onAnswered: () => {
      throw new Error('no space left');
    },
    onError: (error) => errors.push(error),
  });
  add('a');
  while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(errors).toEqual([new Error('no space left')]);
});

test('sending again by hand does not move the position', async () => {
  const { forwarder, add, sent, positions } = start(() => answer(200));
  const entry = add('a');
  await forwarder.whenIdle();
  await forwarder.again(entry);
  expect(sent).toEqual(['a', 'a']);
  expect(positions).toHaveLength(1);
});
