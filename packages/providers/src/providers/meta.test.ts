import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { request, signedRequest, signerOf } from '../../fixtures/signed-request.ts';
import { getProvider, type NormalizedEvent, receiveWebhook } from '../index.ts';
import { meta } from './meta.ts';

const signer = signerOf('meta');
const secrets = [signer.secrets[0]];

async function receive(body: unknown): Promise<readonly NormalizedEvent[]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reception = await receiveWebhook(meta, { request: signedRequest(signer, text), secrets });
  if (reception.kind === 'answered' && reception.reason === 'no_events') return [];
  if (reception.kind !== 'events') throw new Error(`Expected events, got ${JSON.stringify(reception)}`);
  return reception.events;
}
const payloads = (events: readonly NormalizedEvent[]) => events.map(({ payload }) => payload.toString());

describe('handshake', () => {
  const ask = (query: string, verifyTokens: readonly string[] = ['a token'], method = 'GET') =>
    receiveWebhook(meta, {
      request: request({ method, query: new URLSearchParams(query) }),
      secrets,
      verifyTokens,
    });
  const QUERY = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a+token';

  it('returns the challenge as plain text if the verify token is right', async () => {
    const expected = {
      kind: 'answered',
      reason: 'meta_challenge',
      answer: {
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
        body: '1158201444',
      },
    };
    expect(await ask(QUERY)).toEqual(expected);
    expect(await ask(QUERY, ['another', 'a token'])).toEqual(expected);
  });

  it.each([
    ['another token', QUERY.replace('a+token', 'b+token'), ['a token'], 'invalid_verify_token', 403],
    ['an empty token', QUERY.replace('a+token', ''), ['a token'], 'invalid_verify_token', 403],
    ['no token configured', QUERY, [], 'no_verify_token', 403],
    ['an empty token configured', QUERY.replace('a+token', ''), [''], 'no_verify_token', 403],
    ['another mode', QUERY.replace('subscribe', 'x'), ['a token'], 'malformed_handshake', 400],
    ['no challenge', QUERY.replace('1158201444', ''), ['a token'], 'malformed_handshake', 400],
    [
      'a long challenge',
      QUERY.replace('1158201444', '1'.repeat(513)),
      ['a token'],
      'malformed_handshake',
      400,
    ],
    ['two tokens', `${QUERY}&hub.verify_token=b`, ['a token'], 'malformed_handshake', 400],
    ['nothing', '', ['a token'], 'malformed_handshake', 400],
  ])('refuses %s', async (_name, query, verifyTokens, code, status) => {
    expect(await ask(query, verifyTokens)).toMatchObject({ kind: 'rejected', rejection: { code, status } });
  });

  it('a POST with the parameters of a handshake still needs a signature', async () => {
    expect(await ask(QUERY, ['a token'], 'POST')).toMatchObject({ rejection: { code: 'missing_signature' } });
  });
});

describe('items become events', () => {
  it('changes keep the received digits, escapes and spaces', async () => {
    const body =
      '{"entry": [{"id": 178414058223049140001, "time": 1520383571, "changes": [' +
      '{"field": "comments", "value": {"id": "1", "n": 9007199254740993, "text": "\\u00e4\\/ \\u003C"}}, {"field":"mentions","value":{}}' +
      '], "uid": "7"}], "object": "instagram"}';
    const events = await receive(body);
    expect(payloads(events)).toEqual([
      '{"object":"instagram","entry":{"id":178414058223049140001,"time":1520383571,"uid":"7"},"change":{"field": "comments", "value": {"id": "1", "n": 9007199254740993, "text": "\\u00e4\\/ \\u003C"}}}',
      '{"object":"instagram","entry":{"id":178414058223049140001,"time":1520383571,"uid":"7"},"change":{"field":"mentions","value":{}}}',
    ]);
    expect(events.map(({ type }) => type)).toEqual(['meta.instagram.comments', 'meta.instagram.mentions']);
    expect(events[0]).toMatchObject({
      source: '/meta/instagram/178414058223049140001',
      timeMs: 1520383571000,
    });
  });

  it('messages to a page, by kind', async () => {
    const common = { sender: { id: 'U1' }, recipient: { id: 'P1' }, timestamp: 1458692752478 };
    const entry = {
      id: 'P1',
      time: 1458692752479,
      messaging: [
        { ...common, message: { mid: 'm_1', text: 'hello' } },
        { ...common, postback: { mid: 'm_2', title: 'Go' } },
        { ...common, reaction: { mid: 'm_1', action: 'react' } },
        { ...common, read: { watermark: 1 } },
        common,
      ],
      standby: [{ ...common, message: { mid: 'm_1' } }],
    };
    const events = await receive({ object: 'page', entry: [entry] });
    expect(events.map(({ type, deliveryId }) => [type, deliveryId])).toEqual([
      ['meta.page.messaging.message', 'P1/m_1'],
      ['meta.page.messaging.postback', 'P1/messaging:postback:m_2'],
      ['meta.page.messaging.reaction', expect.stringMatching(/^P1\/messaging:1458692752478:[0-9a-f]{64}#1$/)],
      ['meta.page.messaging.read', expect.stringMatching(/^P1\/messaging:1458692752478:/)],
      ['meta.page.messaging', expect.stringMatching(/^P1\/messaging:1458692752478:/)],
      ['meta.page.standby.message', 'P1/standby:message:m_1'],
    ]);
    expect(events[0]).toMatchObject({ source: '/meta/page/P1', subject: 'U1', timeMs: 1458692752478 });
    expect(JSON.parse(payloads(events)[0] ?? '')).toEqual({
      object: 'page',
      entry: { id: 'P1', time: 1458692752479 },
      messaging: entry.messaging[0],
    });
    expect(JSON.parse(payloads(events)[5] ?? '')).toHaveProperty('standby', entry.standby[0]);
    expect(new Set(events.map((event) => repeatKeyOf('meta', event))).size).toBe(events.length);
  });

  it('messages and statuses of WhatsApp', async () => {
    const value = { messaging_product: 'whatsapp', metadata: { phone_number_id: '106540352242922' } };
    const change = (more: object) => ({ field: 'messages', value: { ...value, ...more } });
    const events = await receive({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '102290129340398',
          changes: [
            change({ messages: [{ id: 'wamid.A', timestamp: '1683229471', type: 'text' }] }),
            change({ statuses: [{ id: 'wamid.B', status: 'sent', timestamp: '1683229472' }] }),
            change({ statuses: [{ id: 'wamid.B', status: 'read', timestamp: '1683229473' }] }),
            change({
              messages: [{ id: 'wamid.C' }, { id: 'wamid.D' }],
              statuses: [{ id: 'wamid.B', status: 'failed', timestamp: '1683229474' }],
            }),
            change({ errors: [{ code: 131051 }] }),
          ],
        },
      ],
    });
    expect(events.map(({ deliveryId, action, timeMs }) => [deliveryId, action, timeMs])).toEqual([
      ['102290129340398/wamid.A', undefined, 1683229471000],
      ['102290129340398/wamid.B:sent::1683229472', 'sent', 1683229472000],
      ['102290129340398/wamid.B:read::1683229473', 'read', 1683229473000],
      ['102290129340398/wamid.C', undefined, undefined],
      ['102290129340398/wamid.D', undefined, undefined],
      ['102290129340398/wamid.B:failed::1683229474', 'failed', 1683229474000],
      [undefined, undefined, undefined],
    ]);
    expect(JSON.parse(payloads(events)[4] ?? '').change).toEqual(change({ messages: [{ id: 'wamid.D' }] }));
    expect(JSON.parse(payloads(events)[5] ?? '').change).toEqual(
      change({ statuses: [{ id: 'wamid.B', status: 'failed', timestamp: '1683229474' }] }),
    );
    expect(events[0]).toMatchObject({
      type: 'meta.whatsapp_business_account.messages',
      source: '/meta/whatsapp_business_account/102290129340398',
      subject: '106540352242922',
    });
  });

  it.each([
    ['is deleted', { is_deleted: true }],
    ['is an echo', { is_echo: true, text: 'hi' }],
  ])('a message that %s is another event than the message', async (_state, more) => {
    const keyOf = async (message: object) => {
      const item = { sender: { id: 'U' }, recipient: { id: 'I' }, timestamp: 1, message };
      const [event] = await receive({
        object: 'instagram',
        entry: [{ id: 'I', time: 1, messaging: [item] }],
      });
      return event && repeatKeyOf('meta', event);
    };
    expect(await keyOf({ mid: 'm', ...more })).not.toBe(await keyOf({ mid: 'm', text: 'hi' }));
    expect(await keyOf({ mid: 'm', ...more })).toBe(await keyOf({ mid: 'm', ...more }));
  });

  it('edits and reactions of different times are different events, and a retry is a repeat', async () => {
    const keyOf = async (timestamp: number, kind: object) => {
      const item = { sender: { id: 'U' }, recipient: { id: 'I' }, timestamp, ...kind };
      const [event] = await receive({
        object: 'instagram',
        entry: [{ id: 'I', time: 9, messaging: [item] }],
      });
      return event && repeatKeyOf('meta', event);
    };
    const reaction = { reaction: { mid: 'm', action: 'react', emoji: '1' } };
    expect(await keyOf(1, reaction)).toBe(await keyOf(1, reaction));
    expect(await keyOf(2, reaction)).not.toBe(await keyOf(1, reaction));
    const edit = (count: number) => ({ message_edit: { mid: 'm', text: 'x', num_edit: count } });
    expect(await keyOf(1, edit(1))).not.toBe(await keyOf(1, edit(2)));
  });

  it('one group message that two members read is two events', async () => {
    const keyOf = async (member: string) => {
      const status = { id: 'wamid.G', status: 'read', recipient_type: 'group', timestamp: '1' };
      const value = { statuses: [{ ...status, recipient_id: 'group', recipient_participant_id: member }] };
      const entry = { id: '1', changes: [{ field: 'messages', value }] };
      const [event] = await receive({ object: 'whatsapp_business_account', entry: [entry] });
      return event && repeatKeyOf('meta', event);
    };
    expect(await keyOf('A')).not.toBe(await keyOf('B'));
    expect(await keyOf('A')).toBe(await keyOf('A'));
  });

  it('one message in the inboxes of both sides is two events', async () => {
    const messaging = [
      { sender: { id: 'A' }, recipient: { id: 'B' }, timestamp: 1, message: { mid: 'm_1' } },
    ];
    const [first, second] = await receive({
      object: 'instagram',
      entry: ['A', 'B'].map((id) => ({ id, time: 1, messaging })),
    });
    expect(first && repeatKeyOf('meta', first)).not.toBe(second && repeatKeyOf('meta', second));
  });

  it('items without id are told apart by their bytes, and equal items by their number, which a retry keeps', async () => {
    const entry = {
      id: '1',
      time: 2,
      changes: [
        { field: 'feed', value: 1 },
        { field: 'feed', value: 1 },
        { field: 'feed', value: 2 },
      ],
    };
    const keys = async () =>
      (await receive({ object: 'page', entry: [entry, { ...entry, id: '2' }] })).map((event) =>
        repeatKeyOf('meta', event),
      );
    expect(new Set(await keys()).size).toBe(6);
    expect(await keys()).toEqual(await keys());
  });

  it('of equal names the last counts, as in JSON.parse', async () => {
    const body =
      '{"object":"page","entry":[],"entry":[{"id":"1","changes":[{"field":"a"}],"changes":[{"field":"b"}]}]}';
    expect((await receive(body)).map(({ type }) => type)).toEqual(['meta.page.b']);
  });

  it('an undocumented body becomes one event with all its bytes', async () => {
    expect(
      payloads(
        await receive(
          '{"object":"user","entry":[{"uid":"1","id":"1","time":3,"changed_fields":["photos"]}]}',
        ),
      ),
    ).toEqual(['{"object":"user","entry":{"uid":"1","id":"1","time":3,"changed_fields":["photos"]}}']);
    for (const body of ['{"object":"page","entry":{}}', '{"object":7,"entry":null}']) {
      expect(payloads(await receive(body))).toEqual([body]);
    }
    expect(await receive('{"object":"page","entry":[]}')).toEqual([]);
    expect(
      payloads(await receive('{"object":"page","entry":[7,{"id":"1","changes":[null]},{"changes":{}}]}')),
    ).toEqual([
      '{"object":"page","entry":7}',
      '{"object":"page","entry":{"id":"1"},"change":null}',
      '{"object":"page","entry":{"changes":{}}}',
    ]);
  });

  it('a thousand entries', async () => {
    const entry = Array.from({ length: 1000 }, (_, index) => ({
      id: String(index),
      changes: [{ field: 'feed', value: index }],
    }));
    expect(await receive({ object: 'page', entry })).toHaveLength(1000);
  });

  it('every payload is JSON with the values of its item', async () => {
    const item = fc.record({ field: fc.string({ minLength: 1 }), value: fc.jsonValue() });
    const entry = fc.record({ id: fc.string(), time: fc.nat(), changes: fc.array(item, { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 4 }),
        fc.integer({ min: 0, max: 3 }),
        async (entries, indent) => {
          const body = { object: 'page', entry: entries };
          const parsed = payloads(await receive(JSON.stringify(body, null, indent))).map((text) =>
            JSON.parse(text),
          );
          const json: typeof body = JSON.parse(JSON.stringify(body));
          expect(parsed).toEqual(
            json.entry.flatMap(({ id, time, changes }) =>
              changes.map((change) => ({ object: 'page', entry: { id, time }, change })),
            ),
          );
        },
      ),
    );
  });
});

it('is found under the names of its products', async () => {
  for (const name of ['meta', 'instagram', 'facebook', 'whatsapp']) expect(getProvider(name)).toBe(meta);
});
