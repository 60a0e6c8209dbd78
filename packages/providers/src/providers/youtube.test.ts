import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { parseFeed } from './youtube/parse-feed.ts';
import { youtube } from './youtube.ts';

const secret = 'a secret of our own';
const CHANNEL = 'UCxxxxxxxxxxxxxxxxxxxxxx';
const TOPIC = `https://www.youtube.com/xml/feeds/videos.xml?channel_id=${CHANNEL}`;
const options = { topic: CHANNEL };

const feedOf = (content: string) => `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">
  <link rel="hub" href="https://pubsubhubbub.appspot.com"/>
  <link rel="self" href="${TOPIC}"/>
  <title>YouTube video feed</title>
  <updated>2026-04-01T19:05:24.552394234+00:00</updated>
  ${content}
</feed>
`;
const entryOf = (published: string, updated: string, title = 'Video &amp; &lt;title&gt; &#x2603;') => `<entry>
  <id>yt:video:dQw4w9WgXcQ</id>
  <yt:videoId>dQw4w9WgXcQ</yt:videoId>
  <yt:channelId>${CHANNEL}</yt:channelId>
  <title>${title}</title>
  <link rel="alternate" href="http://www.youtube.com/watch?v=dQw4w9WgXcQ"/>
  <author><name>1e3</name><uri>http://www.youtube.com/channel/${CHANNEL}</uri></author>
  <published>${published}</published>
  <updated>${updated}</updated>
</entry>`;
const DELETED = `<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="yt:video:dQw4w9WgXcQ" when="2026-04-02T10:00:00+00:00">
  <link href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/>
  <at:by><name>Channel</name><uri>https://www.youtube.com/channel/${CHANNEL}</uri></at:by>
</at:deleted-entry>`;

function receive(body: string | Buffer, signedWith = secret) {
  const rawBody = Buffer.from(body as string);
  const signature = createHmac('sha1', signedWith).update(rawBody).digest('hex');
  return receiveWebhook(youtube, {
    request: request({
      rawBody,
      headers: { 'content-type': ['application/atom+xml'], 'x-hub-signature': [`sha1=${signature}`] },
    }),
    secrets: [secret],
    options,
  });
}

const ask = (query: Record<string, string>, topic: string | undefined = CHANNEL) =>
  receiveWebhook(youtube, {
    request: request({ method: 'GET', query: new URLSearchParams(query), rawBody: Buffer.alloc(0) }),
    secrets: [secret],
    options: topic === '' ? {} : { topic: topic ?? '' },
  });

describe('the verification request of the hub', () => {
  const subscribe = {
    'hub.mode': 'subscribe',
    'hub.topic': TOPIC,
    'hub.challenge': '1234567890',
    'hub.lease_seconds': '432000',
  };

  it('is answered for a channel of the source, by its id or its feed', async () => {
    for (const topic of [CHANNEL, TOPIC, `UCyyyyyyyyyyyyyyyyyyyyyy ${CHANNEL}`]) {
      expect(await ask(subscribe, topic)).toMatchObject({
        kind: 'answered',
        reason: 'youtube_subscribe',
        answer: { status: 200, body: '1234567890', headers: { 'x-content-type-options': 'nosniff' } },
      });
    }
  });

  it('is refused with 404 for any other channel', async () => {
    for (const [query, topic] of [
      [{ ...subscribe, 'hub.topic': TOPIC.replace('UCx', 'UCy') }, CHANNEL],
      [subscribe, 'UCyyyyyyyyyyyyyyyyyyyyyy'],
      [subscribe, ''],
    ] as const) {
      expect(await ask(query, topic)).toMatchObject({ rejection: { code: 'unknown_topic', status: 404 } });
    }
  });

  it('to end a subscription is confirmed only for a channel that the source does not have', async () => {
    const unsubscribe = { ...subscribe, 'hub.mode': 'unsubscribe' };
    expect(await ask(unsubscribe)).toMatchObject({ rejection: { status: 404 } });
    expect(await ask(unsubscribe, 'UCyyyyyyyyyyyyyyyyyyyyyy')).toMatchObject({ kind: 'answered' });
  });

  it('without its parameters, or with a long challenge, is refused', async () => {
    expect(await ask({})).toMatchObject({ rejection: { code: 'malformed_handshake' } });
    expect(await ask({ ...subscribe, 'hub.challenge': 'x'.repeat(513) })).toMatchObject({
      rejection: { code: 'malformed_handshake' },
    });
  });

  it('that denies a subscription is answered', async () => {
    expect(await ask({ 'hub.mode': 'denied', 'hub.reason': '<b>' })).toMatchObject({
      kind: 'answered',
      answer: { status: 200, body: '' },
    });
  });
});

describe('a feed', () => {
  it('with a new video', async () => {
    const body = feedOf(entryOf('2026-04-01T19:00:00+00:00', '2026-04-01T19:05:24.552394234+00:00'));
    const reception = await receive(body);
    expect(reception).toMatchObject({
      kind: 'events',
      events: [
        {
          type: 'youtube.video.published',
          source: `/youtube/${CHANNEL}`,
          subject: 'dQw4w9WgXcQ',
          deliveryId: 'dQw4w9WgXcQ:2026-04-01T19:05:24.552394234+00:00',
          timeMs: Date.UTC(2026, 3, 1, 19, 5, 24, 552),
        },
      ],
    });
    expect(reception.kind === 'events' && JSON.parse(String(reception.events[0]?.payload))).toEqual({
      videoId: 'dQw4w9WgXcQ',
      channelId: CHANNEL,
      title: 'Video & <title> ☃',
      link: 'http://www.youtube.com/watch?v=dQw4w9WgXcQ',
      author: { name: '1e3', uri: `http://www.youtube.com/channel/${CHANNEL}` },
      published: '2026-04-01T19:00:00+00:00',
      updated: '2026-04-01T19:05:24.552394234+00:00',
    });
  });

  it('with a changed and a deleted one', async () => {
    const body = feedOf(`${entryOf('2015-03-06T21:40:57+00:00', '2026-04-01T19:05:24+00:00')}${DELETED}`);
    expect(await receive(body)).toMatchObject({
      events: [
        { type: 'youtube.video.updated' },
        {
          type: 'youtube.video.deleted',
          source: `/youtube/${CHANNEL}`,
          subject: 'dQw4w9WgXcQ',
          timeMs: Date.UTC(2026, 3, 2, 10),
        },
      ],
    });
  });
});

describe('an invalid signature', () => {
  it.each([
    ['by another key', () => receive(feedOf(DELETED), 'other')],
    [
      'of another body',
      () =>
        receiveWebhook(youtube, {
          request: request({ headers: { 'x-hub-signature': [`sha1=${'0'.repeat(40)}`] } }),
          secrets: [secret],
          options,
        }),
    ],
    ['that is missing', () => receiveWebhook(youtube, { request: request(), secrets: [secret], options })],
  ])('%s is answered with success, as WebSub wants it, and refused', async (_name, send) => {
    expect(await send()).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'ignored_signature', status: 202, details: { reason: expect.any(String) } },
    });
  });

  it('is a configuration error without a secret', async () => {
    const reception = await receiveWebhook(youtube, { request: request(), secrets: [], options });
    expect(reception).toMatchObject({ rejection: { code: 'no_secret', status: 500 } });
  });
});

describe('a body that is not a feed is refused', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><feed><title>&lol2;</title></feed>`;
  const external = `<?xml version="1.0"?><!doctype feed SYSTEM "file:///etc/passwd"><feed/>`;
  it.each([
    ['entities that multiply', bomb],
    ['an external document type', external],
    ['JSON', '{}'],
    ['an open tag', feedOf('<entry>')],
    ['a page', '<html><body/></html>'],
    ['a feed without a video', feedOf('')],
    ['an entry without an id', feedOf('<entry><title>x</title></entry>')],
    ['nesting', feedOf('<a>'.repeat(50) + '</a>'.repeat(50))],
    ['nothing', ''],
    ['a book', feedOf(`<!--${'x'.repeat(300_000)}-->`)],
  ])('%s', async (_name, body) => {
    expect(await receive(body)).toMatchObject({ rejection: { code: 'malformed_body', status: 400 } });
  });

  it('bytes that are not UTF-8', async () => {
    expect(await receive(Buffer.from([0xff, 0xfe, 0x3c]))).toMatchObject({
      rejection: { code: 'malformed_body' },
    });
  });

  it('any bytes, without an exception', () => {
    const pieces = fc.constantFrom(
      '<feed>',
      '</feed>',
      '<entry>',
      '</entry>',
      '<yt:videoId>',
      '</yt:videoId>',
      '<id>yt:video:a</id>',
      'a',
      '&amp;',
      '&#0;',
      '&x;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x ?>',
      '<a b="c"/>',
      '<__proto__>x</__proto__>',
      '<constructor/>',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
        const parsed = parseFeed(Buffer.from(parts.join('')));
        if (!parsed.ok) expect(parsed.code).toBe('malformed_body');
      }),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

it('names the problem with each wrong setting', () => {
  const { check } = youtube.options?.['topic'] ?? {};
  expect(check?.(`${CHANNEL}, ${TOPIC}`)).toBeUndefined();
  for (const topic of ['@handle', `${CHANNEL} x`, ' ']) expect(check?.(topic)).toContain('channel ids');
  expect(youtube.checkSecret('x'.repeat(200))).toContain('199');
});
