import { expect, test } from 'vitest';
import { feedEvent } from '../../fixtures/feed-event.ts';
import type { FollowOptions, Gateway } from '../gateway/gateway.ts';
import { FeedReader, type FeedReaderOptions, MAX_HELD, type ReaderState } from './feed-reader.ts';

/** Ids in the order of their times. */
const idOf = (n: number) => `evt_01BX5ZZKBKACTAV9WEV${String(n).padStart(7, '0')}`;

/** A reader whose feed and whose list of stored events are scripted. */
function start(overrides: Partial<FeedReaderOptions> = {}, stored: readonly string[] = []) {
  const follows: (FollowOptions & { isClosed: boolean })[] = [];
  const passed: string[] = [];
  const states: ReaderState['status'][] = [];
  const lost: string[] = [];
  const positions: string[] = [];
  let held = 0;
  const gateway = {
    url: 'http://127.0.0.1:3000',
    follow(options: FollowOptions) {
      const follow = { ...options, isClosed: false };
      follows.push(follow);
      return {
        cursor: undefined,
        close: () => {
          follow.isClosed = true;
        },
      };
    },
    call: () =>
      Promise.resolve({
        data: stored.map((id) => ({
          ...feedEvent({ id }),
          subject: null,
          action: null,
          providerDeliveryId: null,
        })),
        page: { nextCursor: null },
      }),
  } as unknown as Gateway;
  const reader = new FeedReader({
    gateway,
    filters: [{}],
    start: {},
    onEvent: ({ id }) => {
      passed.push(id);
      held++;
    },
    onPosition: (cursor) => positions.push(cursor),
    onState: ({ status }) => states.push(status),
    onLost: (message) => lost.push(message),
    onError: (error) => {
      throw error;
    },
    held: () => held,
    ...overrides,
  });
  reader.start();
  const feed = () => {
    const last = follows.at(-1);
    if (last === undefined) throw new Error('There is no feed.');
    return last;
  };
  return {
    reader,
    follows,
    feed,
    passed,
    states,
    lost,
    positions,
    answer: (count: number) => {
      held -= count;
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('each event is passed on once, and the position is known from the beginning', () => {
  const { feed, passed, positions } = start();
  feed().onState({ status: 'live', cursor: 'a-0' });
  for (const n of [1, 2, 1]) feed().onEvent(feedEvent({ id: idOf(n) }), `a-${n}`);
  expect(passed).toEqual([idOf(1), idOf(2)]);
  expect(positions).toEqual(['a-0']);
});

test('events that were handled in an earlier run are not passed on again', () => {
  const { feed, passed } = start({
    start: { cursor: 'a-1', afterEventId: idOf(1), handled: [idOf(1), idOf(3)] },
  });
  expect(feed().cursor).toBe('a-1');
  for (const n of [2, 3, 4]) feed().onEvent(feedEvent({ id: idOf(n) }), `a-${n}`);
  expect(passed).toEqual([idOf(2), idOf(4)]);
});

test('what the feed no longer has is read from the API, before what came meanwhile', async () => {
  const { feed, passed, states } = start(
    { start: { cursor: 'old-1', afterEventId: idOf(1), handled: [idOf(1)] } },
    [idOf(4), idOf(3), idOf(2), idOf(1)],
  );
  feed().onGap('too_many');
  feed().onEvent(feedEvent({ id: idOf(5) }), 'a-5');
  feed().onEvent(feedEvent({ id: idOf(4) }), 'a-4');
  await settled();
  expect(passed).toEqual([2, 3, 4, 5].map(idOf));
  expect(states).toEqual(['connecting', 'catching-up']);
});

test('a gap about which nothing can be done is said', async () => {
  const { feed, lost, passed } = start({ start: { cursor: 'old-1' } });
  feed().onGap('other_stream');
  await settled();
  expect(lost).toEqual([expect.stringContaining('other_stream')]);
  feed().onEvent(feedEvent({ id: idOf(1) }), 'a-1');
  expect(passed).toEqual([idOf(1)]);
});

test('--since a time reads stored events first', async () => {
  const { feed, passed } = start({ start: { afterTimeMs: 0 } }, [idOf(2), idOf(1)]);
  feed().onState({ status: 'live', cursor: 'a-2' });
  await settled();
  feed().onEvent(feedEvent({ id: idOf(3) }), 'a-3');
  expect(passed).toEqual([1, 2, 3].map(idOf));
});

test('while too many events wait, none is taken, and the feed goes on where it stopped', () => {
  const { reader, feed, follows, passed, states, answer } = start();
  for (let n = 1; n <= MAX_HELD; n++) feed().onEvent(feedEvent({ id: idOf(n) }), `a-${n}`);
  expect(states).toEqual(['connecting', 'full']);
  expect(follows[0]?.isClosed).toBe(true);
  answer(1);
  reader.resume();
  expect(follows).toHaveLength(1);
  answer(MAX_HELD / 2);
  reader.resume();
  expect(follows).toHaveLength(2);
  expect(feed().cursor).toBe(`a-${MAX_HELD}`);
  feed().onEvent(feedEvent({ id: idOf(MAX_HELD + 1) }), 'a-next');
  expect(passed).toHaveLength(MAX_HELD + 1);
});

test('after it was closed nothing is passed on', async () => {
  const { reader, feed, passed } = start({ start: { cursor: 'a-1', afterEventId: idOf(1) } }, [idOf(2)]);
  feed().onGap('too_old');
  reader.close();
  feed().onEvent(feedEvent({ id: idOf(3) }), 'a-3');
  await settled();
  expect(passed).toEqual([]);
});
