import { expect, it } from 'vitest';
import { getConnectable } from './connectables.ts';
import type { PolledAccount, PollingSpecification } from './polling-specification.ts';
import { readPolledItems, readResyncItems, removedItemEvent } from './read-polled-items.ts';

const about: PolledAccount = {
  accountId: '583231',
  accountName: 'mona@example.com',
  resource: undefined,
  values: {},
};

function pollOf(provider: string, id: string): PollingSpecification {
  const poll = getConnectable(provider)?.polling?.find((each) => each.id === id);
  if (poll === undefined) throw new Error(`There is no poll ${provider} ${id}.`);
  return poll;
}

function read(provider: string, id: string, answer: unknown, of: Partial<PolledAccount> = {}) {
  const body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
  return readPolledItems(provider, pollOf(provider, id), body, { ...about, ...of });
}

const repo = { id: 1296269, name: 'acme/api' };
const actor = { id: 7 };
const github = (type: string, payload: unknown, id = '100') => ({
  id,
  type,
  actor,
  repo,
  payload,
  created_at: '2026-12-01T00:00:00Z',
});

it('a payload is the bytes of the item: numbers keep their digits and texts their escapes', () => {
  const item =
    '{"played_at":"2026-12-01T00:00:00.000Z", "track":{"id":"t1","n":12345678901234567890,"s":"\\u00e9"}}';
  const [play] = read('spotify', 'recently-played', `{"items":[ ${item} ]}`)?.items ?? [];
  expect(play?.event.payload.toString()).toBe(item);
  expect(play).toMatchObject({
    id: '2026-12-01T00:00:00.000Z:t1',
    event: { type: 'spotify.track.played', source: '/spotify/583231', timeMs: Date.UTC(2026, 11, 1) },
  });
});

it('an identity beyond 2^53 keeps its digits, and so does what a snapshot remembers of it', () => {
  const item = '{"id": 12345678901234567891, "name":"Cats", "owner":true, "type":"x"}';
  const [guild] = read('discord', 'guilds', `[${item},${item.replace('1,', '2,')}]`)?.items ?? [];
  expect(guild).toMatchObject({
    id: '12345678901234567891',
    remembered: '{"id":12345678901234567891,"name":"Cats"}',
  });
  expect(guild?.event.payload.toString()).toBe(item);
  const event = removedItemEvent(
    'discord',
    pollOf('discord', 'guilds'),
    { id: guild?.id ?? '', remembered: guild?.remembered ?? '' },
    about,
  );
  expect(event.payload.toString()).toBe('{"id":12345678901234567891,"name":"Cats"}');
});

it('an item without its identity is counted and is no event', () => {
  expect(read('spotify', 'recently-played', { items: [{ played_at: 'x' }, null, 5] })).toEqual({
    items: [],
    unreadable: 3,
  });
});

it('an answer without a list at its place cannot be read, except where the provider omits an empty list', () => {
  for (const odd of ['<html>', {}, { items: 'abc' }, { items: null }, { items: { 0: 1 } }, 'null', '[]'])
    expect(read('spotify', 'recently-played', odd)).toBeUndefined();
  for (const odd of [{}, { error: 'x' }, 'null', '"abc"', '5'])
    expect(read('discord', 'guilds', odd)).toBeUndefined();
  expect(read('gmail', 'history', { historyId: '5' })).toEqual({ items: [], unreadable: 0 });
  for (const odd of ['null', '[]', { history: 'abc' }]) expect(read('gmail', 'history', odd)).toBeUndefined();
});

it.each([
  ['IssuesEvent', { action: 'opened' }, 'github.issues.opened'],
  ['PushEvent', {}, 'github.push'],
  ['ForkEvent', { action: 'forked' }, 'github.fork'],
  ['PullRequestReviewEvent', { action: 'created' }, 'github.pull_request_review.submitted'],
  ['WatchEvent', { action: 'started' }, 'github.star.created'],
  ['SomethingNewEvent', { action: 'done' }, 'github.activity.done'],
  ['constructor', {}, 'github.activity'],
])('GitHub: %s has the type of the webhook', (type, payload, expected) => {
  const [item] = read('github', 'repository-events', [github(type, payload)])?.items ?? [];
  expect(item?.event).toMatchObject({
    type: expected,
    source: '/github/acme/api',
    repository: 'acme/api',
    deliveryId: '100',
  });
});

const changedAt = '2026-12-01T00:00:00Z';
const repository = { id: 1296269 };
const sender = { id: 7 };

it.each([
  [
    'github.push',
    { ref: 'refs/heads/main', before: 'a', after: 'b' },
    'PushEvent',
    { ref: 'refs/heads/main', before: 'a', head: 'b' },
  ],
  [
    'github.issues.closed',
    { action: 'closed', issue: { id: 5, updated_at: changedAt } },
    'IssuesEvent',
    { action: 'closed', issue: { id: 5, updated_at: changedAt } },
  ],
  [
    'github.pull_request.closed',
    { action: 'closed', pull_request: { id: 6, updated_at: changedAt } },
    'PullRequestEvent',
    { action: 'merged', pull_request: { id: 6 } },
  ],
  [
    'github.pull_request_review.submitted',
    { action: 'submitted', review: { id: 8 } },
    'PullRequestReviewEvent',
    { action: 'created', review: { id: 8 } },
  ],
  [
    'github.release.published',
    { action: 'published', release: { id: 9, updated_at: 'x' } },
    'ReleaseEvent',
    { action: 'published', release: { id: 9, updated_at: 'y' } },
  ],
  ['github.fork', { forkee: { id: 10 } }, 'ForkEvent', { forkee: { id: 10 } }],
  ['github.star.created', { action: 'created' }, 'WatchEvent', { action: 'started' }],
  ['github.create', { ref: 'v1', ref_type: 'tag' }, 'CreateEvent', { ref: 'v1', ref_type: 'tag' }],
])('GitHub: the pushed and the polled copy of %s have one key', (type, pushed, polledType, polled) => {
  const key = getConnectable('github')?.pushedKey?.({ type, payload: { ...pushed, repository, sender } });
  const [item] = read('github', 'repository-events', [github(polledType, polled)])?.items ?? [];
  expect(key).toBeDefined();
  expect(item?.naturalKey).toEqual(key);
});

it('GitHub: changes of one thing at different times have different keys', () => {
  const keyAt = (updated_at: string) =>
    getConnectable('github')?.pushedKey?.({
      type: 'github.issues.edited',
      payload: { action: 'edited', issue: { id: 5, updated_at }, repository, sender },
    })?.key;
  expect(keyAt('2026-12-01T00:00:00Z')).not.toBe(keyAt('2026-12-01T00:00:01Z'));
});

it('Slack: the pushed and the polled copy of a message have one key, also where the text of the time has zeros', () => {
  const pushed = getConnectable('slack')?.pushedKey?.({
    type: 'slack.message',
    payload: { event: { type: 'message', channel: 'C1', ts: '1764547200.000100' } },
  });
  const [item] =
    read(
      'slack',
      'messages',
      { ok: true, messages: [{ ts: '1764547200.000100', text: 'x' }] },
      { resource: 'C1', values: { teamId: 'T1' } },
    )?.items ?? [];
  expect(item?.naturalKey).toEqual(pushed);
  expect(item?.event).toMatchObject({ source: '/slack/T1', subject: 'C1' });
});

it('YouTube: the pushed and the polled copy of an upload have one key', () => {
  const pushed = getConnectable('youtube')?.pushedKey?.({
    type: 'youtube.video.published',
    payload: { videoId: 'v1' },
  });
  const [item] = read('youtube', 'uploads', { items: [{ contentDetails: { videoId: 'v1' } }] })?.items ?? [];
  expect(item?.naturalKey).toEqual(pushed);
});

it('Gmail: a history record is one event for each message, label and deletion', () => {
  const record = {
    id: '18446744073709551615',
    messages: [{ id: 'm1' }],
    messagesAdded: [
      { message: { id: 'm1', threadId: 't1', labelIds: ['INBOX'] } },
      { message: { id: 'm2' } },
    ],
    labelsAdded: [{ message: { id: 'm1' }, labelIds: ['STARRED'] }],
    labelsRemoved: [{ message: { id: 'm1' }, labelIds: ['UNREAD'] }],
    messagesDeleted: [{ message: { id: 'm3' } }],
  };
  const items = read('gmail', 'history', { history: [record] })?.items ?? [];
  expect(items.map(({ id, event }) => [id, event.type])).toEqual([
    ['added:m1:18446744073709551615', 'gmail.message.added'],
    ['added:m2:18446744073709551615', 'gmail.message.added'],
    ['labeled:m1:18446744073709551615', 'gmail.message.labeled'],
    ['unlabeled:m1:18446744073709551615', 'gmail.message.unlabeled'],
    ['deleted:m3:18446744073709551615', 'gmail.message.deleted'],
  ]);
  expect(JSON.parse(items[2]?.event.payload.toString() ?? '')).toEqual({
    emailAddress: 'mona@example.com',
    historyId: '18446744073709551615',
    messageId: 'm1',
    changedLabelIds: ['STARRED'],
  });
});

it('Gmail: a message that a resync finds is known from the history', () => {
  const resync = pollOf('gmail', 'history').cursor?.expired?.resync;
  if (resync === undefined) throw new Error('Gmail has no resync.');
  const found = readResyncItems('gmail', resync, Buffer.from('{"messages":[{"id":"m1"}]}'), about);
  const [added] =
    read('gmail', 'history', { history: [{ id: '9', messagesAdded: [{ message: { id: 'm1' } }] }] })?.items ??
    [];
  expect(found?.items[0]?.seenAs).toBe(added?.seenAs);
});

it('Discord: a removed server has the values that the snapshot remembered', () => {
  const poll = pollOf('discord', 'guilds');
  const [guild] =
    read('discord', 'guilds', [{ id: '80351110224678912', name: 'Cats', owner: true }])?.items ?? [];
  expect(guild?.event.type).toBe('discord.guild.joined');
  const event = removedItemEvent('discord', poll, { id: '1', remembered: guild?.remembered ?? '' }, about);
  expect(event.type).toBe('discord.guild.left');
  expect(JSON.parse(event.payload.toString())).toEqual({ id: '80351110224678912', name: 'Cats' });
});
