import { getConnectable, type PolledAccount, type PollingSpecification } from '@hookline/providers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyAnswer, connectionDedupeKey, type PollStep } from './apply-answer.ts';
import { planRequest } from './plan-request.ts';
import type { PollState } from './poll-state.ts';

const NOW = 1_764_547_200_000;

function specification(provider: string, id: string): PollingSpecification {
  const poll = getConnectable(provider)?.polling?.find((each) => each.id === id);
  if (poll === undefined) throw new Error(`There is no poll ${provider} ${id}.`);
  return poll;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json: unknown;
}

/** Polls as the service does: each request is answered by `answer`, until the poll is complete. */
function createPoller(
  provider: string,
  id: string,
  answer: (request: ReturnType<typeof planRequest>) => Answer,
  resource?: string,
) {
  const poll = specification(provider, id);
  const about: PolledAccount = { accountId: 'u1', accountName: 'u@example.com', resource, values: {} };
  let state: PollState = {};
  let nowMs = NOW;
  const published: string[] = [];
  const gaps: string[] = [];

  function step(): PollStep {
    const request = planRequest(poll, state, { resource, pageSize: '2' });
    const { status = 200, headers = {}, json } = answer(request);
    const body = Buffer.from(JSON.stringify(json) ?? '');
    return applyAnswer({
      provider,
      poll,
      state,
      request,
      answer: { status, headers, body, json, isNotModified: status === 304 },
      about,
      nowMs,
    });
  }

  return {
    published,
    gaps,
    get state() {
      return state;
    },
    set state(given: PollState) {
      state = given;
    },
    step,
    /** One whole poll, an interval after the one before. @returns the keys that it publishes */
    poll(): string[] {
      const keys: string[] = [];
      nowMs += poll.everySeconds * 1_000;
      for (let calls = 0; calls < 600; calls++) {
        const decided = step();
        // A crash may repeat: what is stored is what was decided, as JSON.
        state = JSON.parse(JSON.stringify(decided.state));
        keys.push(...decided.fresh.map(({ key }) => key));
        if (decided.gap !== undefined) gaps.push(decided.gap);
        if (decided.isComplete) {
          published.push(...keys);
          return keys;
        }
      }
      throw new Error('The poll does not end.');
    },
  };
}

const play = (second: number, track = 't') => ({
  played_at: new Date(NOW + second * 1_000).toISOString(),
  track: { id: track },
});

function spotify(plays: { played_at: string; track: { id: string } }[]) {
  return createPoller('spotify', 'recently-played', () => ({
    json: {
      items: [...plays].sort((a, b) => b.played_at.localeCompare(a.played_at)).slice(0, 50),
    },
  }));
}

test('P4: the first poll publishes nothing of what was there before', () => {
  const plays = Array.from({ length: 50 }, (_, index) => play(index));
  const poller = spotify(plays);
  expect(poller.poll()).toEqual([]);
  plays.push(play(100));
  expect(poller.poll()).toHaveLength(1);
});

test('a cursor beyond 2^53 that the provider writes as a number keeps its digits', () => {
  const poll = specification('gmail', 'history');
  const body = Buffer.from('{"historyId": 18446744073709551613}');
  const json: unknown = JSON.parse(body.toString());
  const about: PolledAccount = { accountId: 'u1', accountName: undefined, resource: undefined, values: {} };
  const answer = { status: 200, headers: {}, body, json, isNotModified: false };
  let state: PollState = {};
  for (const purpose of ['initial', 'page']) {
    const request = planRequest(poll, state, {});
    expect(request.purpose).toBe(purpose);
    ({ state } = applyAnswer({ provider: 'gmail', poll, state, request, answer, about, nowMs: NOW }));
    expect(state.cursor).toBe('18446744073709551613');
  }
});

test('P4: a backfill that was asked for publishes what the provider lists, once', () => {
  const plays = Array.from({ length: 50 }, (_, index) => play(index));
  const poller = spotify(plays);
  poller.state = { backfill: true };
  expect(poller.poll()).toHaveLength(50);
  expect(poller.state.backfill).toBeUndefined();
  expect(poller.poll()).toEqual([]);
});

test('P1: items with equal times across the edge of a poll are one event each in 100 polls', () => {
  const messages: { ts: string; text: string }[] = [];
  const poller = createPoller(
    'slack',
    'messages',
    ({ values }) => ({
      json: {
        ok: true,
        messages: messages.filter(({ ts }) => Number(ts) > Number(values['cursor'] ?? 0)).reverse(),
      },
    }),
    'C1',
  );
  poller.poll();
  for (let poll = 0; poll < 100; poll++) {
    // Two messages in one second; one of them is seen by the next poll only.
    const second = 1_764_547_200 + poll;
    messages.push({ ts: `${second}.000100`, text: 'a' });
    poller.poll();
    messages.push({ ts: `${second}.000200`, text: 'b' });
  }
  poller.poll();
  expect(new Set(poller.published).size).toBe(poller.published.length);
  expect(poller.published).toHaveLength(200);
});

test('P2: items that become visible late are found, although later items were seen before', () => {
  const messages = [{ ts: '1764547200.000100' }];
  const poller = createPoller(
    'slack',
    'messages',
    ({ values }) => ({
      json: { ok: true, messages: messages.filter(({ ts }) => Number(ts) > Number(values['cursor'] ?? 0)) },
    }),
    'C1',
  );
  poller.poll();
  messages.unshift({ ts: '1764547260.000100' });
  expect(poller.poll()).toEqual(['message:C1:1764547260.000100']);
  messages.push({ ts: '1764547230.000100' });
  expect(poller.poll()).toEqual(['message:C1:1764547230.000100']);
});

test('P3: two items of one second are two events: a set decides, not a maximum', () => {
  const plays = [play(0)];
  const poller = spotify(plays);
  poller.poll();
  plays.push(play(60, 'a'), play(60, 'b'));
  expect(poller.poll()).toHaveLength(2);
  plays.push(play(60, 'c'));
  expect(poller.poll()).toHaveLength(1);
});

test('P11: late and missing plays, and an empty answer, move nothing', () => {
  const plays = [play(0), play(60)];
  let isEmpty = false;
  const poller = createPoller('spotify', 'recently-played', () => ({
    json: { items: isEmpty ? [] : [...plays].reverse() },
  }));
  poller.poll();
  isEmpty = true;
  const before = poller.state;
  expect(poller.poll()).toEqual([]);
  expect({ ...poller.state, polledAtMs: 0 }).toEqual({ ...before, polledAtMs: 0 });
  isEmpty = false;
  // A play that happened before the others appears after them.
  plays.splice(1, 0, play(30, 'late'));
  expect(poller.poll()).toEqual([`recently-played:${play(30).played_at}:late`]);
  expect(poller.gaps).toEqual([]);
});

test('a list of only new items after one with known items is a gap', () => {
  const plays = Array.from({ length: 50 }, (_, index) => play(index));
  const poller = spotify(plays);
  poller.poll();
  for (let index = 0; index < 49; index++) plays.push(play(100 + index));
  expect(poller.poll()).toHaveLength(49);
  expect(poller.gaps).toEqual([]);
  for (let index = 0; index < 60; index++) plays.push(play(200 + index));
  expect(poller.poll()).toHaveLength(50);
  expect(poller.gaps).toHaveLength(1);
});

test('P10: what leaves a list and comes back is three events, each with a key of its own', () => {
  let guilds = [{ id: '1', name: 'Cats' }];
  const poller = createPoller('discord', 'guilds', () => ({ json: guilds }));
  expect(poller.poll()).toEqual([]);
  guilds = [
    { id: '1', name: 'Cats' },
    { id: '2', name: 'Dogs' },
  ];
  expect(poller.poll()).toEqual(['guilds:added:2:1']);
  guilds = [{ id: '1', name: 'Cats' }];
  expect(poller.poll()).toEqual(['guilds:removed:2:2']);
  guilds = [
    { id: '2', name: 'Dogs' },
    { id: '1', name: 'Cats' },
  ];
  expect(poller.poll()).toEqual(['guilds:added:2:3']);
  expect(poller.poll()).toEqual([]);
});

test('P10: a list that is suddenly empty is believed when it is empty twice', () => {
  let guilds = [{ id: '1', name: 'Cats' }];
  const poller = createPoller('discord', 'guilds', () => ({ json: guilds }));
  poller.poll();
  guilds = [];
  expect(poller.poll()).toEqual([]);
  guilds = [{ id: '1', name: 'Cats' }];
  expect(poller.poll()).toEqual([]);
  guilds = [];
  expect(poller.poll()).toEqual([]);
  expect(poller.poll()).toEqual(['guilds:removed:1:1']);
});

test('the same answer decides the same keys: what a crash repeats is known', () => {
  let guilds = [{ id: '1', name: 'Cats' }];
  const poller = createPoller('discord', 'guilds', () => ({ json: guilds }));
  poller.poll();
  guilds = [];
  poller.poll();
  guilds = [{ id: '7', name: 'New' }];
  const keys = poller.step().fresh.map(({ key }) => key);
  expect(poller.step().fresh.map(({ key }) => key)).toEqual(keys);
  expect(keys).toHaveLength(2);
});

const event = (id: number) => ({
  id: String(id),
  type: 'PushEvent',
  repo: { id: 1, name: 'a/b' },
  payload: { ref: 'refs/heads/main', before: `b${id}`, head: `h${id}` },
  created_at: new Date(NOW).toISOString(),
});

/** The Events API: pages of two, a link to the next page, an ETag for the first page. */
function github(events: ReturnType<typeof event>[]) {
  const requests: Record<string, string>[] = [];
  const poller = createPoller(
    'github',
    'repository-events',
    ({ query, headers }) => {
      requests.push({ ...query, ...headers });
      const page = Number(query['page'] ?? 1);
      const etag = `"${events.length}"`;
      if (headers['if-none-match'] === etag) return { status: 304, json: undefined };
      const newest = [...events].reverse();
      const hasNext = newest.length > page * 2;
      return {
        headers: {
          etag,
          ...(hasNext && {
            link: `<https://elsewhere.example/?page=${page + 1}&per_page=2>; rel="next", </?page=9>; rel="last"`,
          }),
        },
        json: newest.slice(page * 2 - 2, page * 2),
      };
    },
    '1',
  );
  return { poller, requests };
}

test('reading ends at the first page whose last item is known', () => {
  const events = Array.from({ length: 10 }, (_, index) => event(index));
  const { poller, requests } = github(events);
  poller.poll();
  expect(requests).toHaveLength(1);
  for (let id = 10; id < 15; id++) events.push(event(id));
  expect(poller.poll()).toHaveLength(5);
  expect(requests.length).toBe(1 + 3);
});

test('of a link to the next page only the parameters are used', () => {
  const events = [event(0), event(1)];
  const { poller, requests } = github(events);
  poller.poll();
  for (let id = 2; id < 6; id++) events.push(event(id));
  poller.poll();
  expect(requests[2]).toEqual({ page: '2', per_page: '2' });
});

test('an ETag is stored with the last page only: an interrupted poll never becomes a 304', () => {
  const events = [event(0), event(1)];
  const { poller, requests } = github(events);
  poller.poll();
  expect(poller.state.validator).toBe('"2"');
  for (let id = 2; id < 6; id++) events.push(event(id));
  const first = poller.step();
  expect(first.isComplete).toBe(false);
  // The replica dies after the first page was stored.
  poller.state = first.state;
  expect(poller.state.validator).toBe('"2"');
  expect(first.fresh).toHaveLength(2);
  expect(poller.poll()).toHaveLength(2);
  expect(requests.at(-1)).not.toHaveProperty('if-none-match');
  expect(poller.poll()).toEqual([]);
  expect(requests.at(-1)).toEqual({ 'if-none-match': '"6"' });
});

interface Mailbox {
  historyId: number;
  records: { id: number; message: string }[];
  isExpired: boolean;
}

function gmail(mailbox: Mailbox) {
  const requests: string[] = [];
  const poller = createPoller('gmail', 'history', ({ purpose, values, query }) => {
    requests.push(purpose);
    if (purpose === 'initial') return { json: { historyId: String(mailbox.historyId) } };
    if (purpose === 'resync') {
      return { json: { messages: mailbox.records.map(({ message }) => ({ id: message })) } };
    }
    if (mailbox.isExpired) return { status: 404, json: {} };
    const after = mailbox.records.filter(({ id }) => id > Number(values['cursor']));
    const from = Number(query['pageToken'] ?? 0);
    return {
      json: {
        history: after.slice(from, from + 2).map(({ id, message }) => ({
          id: String(id),
          messagesAdded: [{ message: { id: message } }],
        })),
        historyId: String(mailbox.historyId),
        ...(after.length > from + 2 && { nextPageToken: String(from + 2) }),
      },
    };
  });
  const arrive = (message: string) => {
    mailbox.historyId += 10;
    mailbox.records.push({ id: mailbox.historyId, message });
  };
  return { poller, requests, arrive };
}

test('Gmail: the first poll only asks for the position', () => {
  const { poller, requests, arrive } = gmail({ historyId: 100, records: [], isExpired: false });
  arrive('old');
  expect(poller.poll()).toEqual([]);
  expect(requests).toEqual(['initial']);
  arrive('m1');
  expect(poller.poll()).toEqual(['added:m1:120']);
});

test('Gmail: the position of several pages is that of the first, so that nothing falls between two pages', () => {
  const mailbox: Mailbox = { historyId: 100, records: [], isExpired: false };
  const { poller, arrive } = gmail(mailbox);
  poller.poll();
  for (let index = 1; index <= 3; index++) arrive(`m${index}`);
  const first = poller.step();
  poller.state = first.state;
  // The position has not passed what is on the second page.
  expect(poller.state.cursor).toBe('100');
  mailbox.historyId += 10;
  poller.poll();
  expect(poller.state.cursor).toBe('130');
});

test('Gmail: a position that is too old is replaced, and what was missed is found without a repetition', () => {
  const mailbox: Mailbox = { historyId: 100, records: [], isExpired: false };
  const { poller, requests, arrive } = gmail(mailbox);
  poller.poll();
  arrive('m1');
  expect(poller.poll()).toEqual(['added:m1:110']);
  mailbox.isExpired = true;
  arrive('m2');
  requests.length = 0;
  const poll = () => {
    const keys = poller.poll();
    mailbox.isExpired = false;
    return keys;
  };
  expect(poll()).toEqual(['added:m2:resync']);
  expect(requests).toEqual(['page', 'initial', 'resync']);
  expect(poller.state.cursor).toBe('120');
  arrive('m3');
  expect(poller.poll()).toEqual(['added:m3:130']);
});

test('a page that repeats itself ends the poll', () => {
  const poller = createPoller('youtube', 'likes', () => ({
    json: { items: [{ contentDetails: { videoId: String(Math.random()) } }], nextPageToken: 'same' },
  }));
  poller.poll();
  expect(poller.poll().length).toBeLessThanOrEqual(3);
});

test('an answer that is not JSON is an error, and changes nothing', () => {
  const poller = createPoller('spotify', 'recently-played', () => ({ json: undefined }));
  expect(() => poller.step()).toThrow(/JSON/);
});

test('a dedupe key is short and printable, whatever the provider sends', () => {
  expect(connectionDedupeKey('con_1', 'message:C1:1.2')).toBe('con_1:message:C1:1.2');
  for (const key of ['x'.repeat(300), 'a b', 'ü', '\u0000', '\ud800']) {
    expect(connectionDedupeKey('con_1', key)).toMatch(/^con_1:sha256:[0-9a-f]{64}$/);
  }
});

test('each play that a poll could have seen is published exactly once, whatever the order of plays, polls and crashes', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('play' as const), late: fc.integer({ min: 0, max: 300 }) }),
          fc.record({ kind: fc.constant('poll' as const) }),
          fc.record({ kind: fc.constant('crash' as const) }),
        ),
        { maxLength: 60 },
      ),
      (steps) => {
        const plays: ReturnType<typeof play>[] = [play(0)];
        const poller = spotify(plays);
        poller.poll();
        const expected: string[] = [];
        const published: string[] = [];
        for (const [index, step] of steps.entries()) {
          if (step.kind === 'play') {
            const added = play(1_000 + index - step.late, `t${index}`);
            plays.push(added);
            expected.push(`recently-played:${added.played_at}:t${index}`);
          } else if (step.kind === 'poll') published.push(...poller.poll());
          // Published, and then the replica dies before it stores the position: the stream drops the repetition.
          else published.push(...poller.step().fresh.map(({ key }) => key));
        }
        published.push(...poller.poll());
        expect([...new Set(published)].sort()).toEqual([...expected].sort());
      },
    ),
    { numRuns: 50 },
  );
});

test('an answer without a list, or with items that are not recognised, changes no snapshot', () => {
  let guilds: unknown = [{ id: '1', name: 'Cats' }];
  const poller = createPoller('discord', 'guilds', () => ({ json: guilds }));
  poller.poll();
  const { state } = poller;
  for (const odd of [{}, { error: 'x' }, null, 'abc', [null, {}], [{ id: '1' }, { name: 'Dogs' }]]) {
    guilds = odd;
    for (let repeat = 0; repeat < 3; repeat++)
      expect(() => poller.poll()).toThrow(expect.objectContaining({ code: 'unreadable_answer' }));
    expect(poller.state).toEqual(state);
  }
  guilds = [{ id: '1', name: 'Cats' }];
  expect(poller.poll()).toEqual([]);
});

test('an answer whose list is no list moves no position', () => {
  for (const json of [{ items: 'abc' }, { items: null }, {}, [], null]) {
    const poller = createPoller('spotify', 'recently-played', () => ({ json }));
    expect(() => poller.poll()).toThrow(expect.objectContaining({ code: 'unreadable_answer' }));
    expect(poller.state).toEqual({});
  }
  const mailbox = createPoller('gmail', 'history', () => ({ json: { error: 'x' } }));
  mailbox.state = { baseline: true, cursor: '5' };
  expect(() => mailbox.poll()).toThrow(expect.objectContaining({ code: 'unreadable_answer' }));
});
