import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { getProvider, type Provider } from '../index.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';
import { definePreset } from './define-preset.ts';
import type { PresetDefinition } from './preset-definition.ts';

const define = (changes: Partial<PresetDefinition>) =>
  definePreset({
    id: 'acme',
    name: 'Acme',
    evidence: [{ kind: 'hearsay', source: 'nobody', checkedOn: '2026-11-30' }],
    identity: { id: 'none', retries: true },
    setup: [],
    scheme: { signature: { header: 'x-sign' }, encoding: 'hex' },
    type: [{ json: '/type' }],
    ...changes,
  });
const interpret = (preset: Partial<PresetDefinition>, body: unknown, headers = {}) =>
  define(preset).interpret(request({ rawBody: Buffer.from(JSON.stringify(body)), headers }));

it('an id stands at the first of several places', () => {
  const id = [{ firstOf: [{ json: '/a/id' }, { json: '/b/id' }] }, { json: '/n' }] as const;
  const preset = {
    identity: { id, names: 'it', unique: 'everywhere', stable: true, retries: true },
  } as const;
  expect(interpret(preset, { b: { id: 'y' }, n: 1 })).toMatchObject({ events: [{ deliveryId: 'y:1' }] });
  expect(interpret(preset, { a: { id: 'x' }, b: { id: 'y' }, n: 1 })).toMatchObject({
    events: [{ deliveryId: 'x:1' }],
  });
  expect(interpret(preset, { n: 1 })).not.toHaveProperty('events.0.deliveryId');
  expect(define(preset).identity).toMatchObject({ id: '/a/id or /b/id and /n' });
});

it('the type comes from the body, or from the name of its first member, in words', () => {
  const type = [
    { firstMemberExcept: ['id'], unless: { json: '/data/type' }, named: { data: 'post' } },
  ] as const;
  const typeOf = (body: unknown) => interpret({ type }, body);
  expect(typeOf({ id: 1, data: { type: 'x.y' } })).toMatchObject({ events: [{ type: 'acme.x.y' }] });
  expect(typeOf({ id: 1, data: { type: '' } })).toMatchObject({ events: [{ type: 'acme.post' }] });
  expect(typeOf({ id: 1, like: {} })).toMatchObject({ events: [{ type: 'acme.like' }] });
  expect(typeOf({ id: 1 })).toMatchObject({ events: [{ type: 'acme.unknown' }] });
});

it('the body itself may be the list', () => {
  const preset = { batch: '/data', batchMayBeBody: true } as const;
  const events = [{ type: 'acme.a' }, { type: 'acme.b' }];
  const list = [{ type: 'a' }, { type: 'b' }];
  expect(interpret(preset, { data: list })).toMatchObject({ events });
  expect(interpret(preset, list)).toMatchObject({ events });
  for (const body of [{}, 'a', null]) {
    expect(interpret(preset, body)).toMatchObject({ code: 'malformed_body' });
  }
  expect(interpret({ batch: '/data' }, list)).toMatchObject({ code: 'malformed_body' });
});

describe('an answer with values of the request', () => {
  it('returns them, escaped if the answer is JSON', () => {
    const answer = { body: '{"id":"{json:/a/id}","by":"{header:x-by}"}' };
    expect(interpret({ answer }, { a: { id: 'x"\n1' } }, { 'x-by': ['me'] })).toMatchObject({
      ok: true,
      answer: {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"id":"x\\"\\n1","by":"me"}',
      },
    });
  });

  it('keeps the digits of a number, and is empty for a missing value, an object or a list', () => {
    const answer = { status: 202, body: '{json:/n}|{json:/o}|{header:x-none}', contentType: 'text/plain' };
    const big = define({ answer }).interpret(
      request({ rawBody: Buffer.from('{"n":76159173374952512311,"o":{}}') }),
    );
    expect(big).toMatchObject({ answer: { status: 202, body: '76159173374952512311||' } });
  });

  it('returns at most 512 characters of each', () => {
    const made = interpret({ answer: { body: '"{json:/n}"' } }, { n: 'x'.repeat(10_000) });
    expect(made).toMatchObject({ answer: { body: `"${'x'.repeat(512)}"` } });
  });

  it('that is not valid JSON is refused at load', () => {
    expect(() => define({ answer: { body: '{"id":{json:/id}}' } })).toThrow(SchemeDefinitionError);
  });
});

describe('a message about the subscription', () => {
  const control: PresetDefinition['control'] = [
    {
      when: { header: 'x-kind', equals: ['revocation', 'revoked'] },
      kind: 'revoked',
      reason: { json: '/why' },
    },
    { when: { json: '/ping' }, kind: 'test', type: 'ping' },
  ];

  it('has a type of its own, with the reason', () => {
    expect(
      interpret({ control }, { type: 'a', why: 'user removed' }, { 'x-kind': ['revoked'] }),
    ).toMatchObject({
      events: [{ type: 'acme.subscription.revoked', control: { kind: 'revoked', reason: 'user removed' } }],
    });
    expect(interpret({ control }, { ping: 1 })).toMatchObject({
      events: [{ type: 'acme.ping', control: { kind: 'test' } }],
    });
  });

  it('does not match other events', () => {
    const made = interpret({ control }, { type: 'a' }, { 'x-kind': ['notification'] });
    expect(made).toMatchObject({ events: [{ type: 'acme.a' }] });
    expect(made).not.toMatchObject({ events: [{ control: expect.anything() }] });
  });

  it('that an earlier rule hides is refused at load', () => {
    const hidden = [
      { when: { header: 'x-kind' }, kind: 'test' as const },
      { when: { header: 'x-kind', equals: 'revoked' }, kind: 'revoked' as const },
    ];
    expect(() => define({ control: hidden })).toThrow(/hides a later one/);
  });
});

it.each([
  ['mixpanel', '{"action":"add_members","parameters":{}}', '{"action":"add_members","status":"success"}'],
  ['neon-auth', '{"event_type":"user.before_create"}', '{"allowed":true}'],
])('%s gets the answer that it waits for', (id, body, answer) => {
  const provider = getProvider(id) as Provider;
  const made = provider.interpret(request({ rawBody: Buffer.from(body) }));
  const given = made.ok && 'events' in made ? (made.answer ?? provider.answer) : undefined;
  expect(given).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: answer,
  });
});

it('the webhook of the simulator of PayPal has an id of its own, which its option takes', () => {
  const { webhookId } = getProvider('paypal')?.options ?? {};
  expect(webhookId?.check?.('WEBHOOK_ID')).toBeUndefined();
  expect(webhookId?.check?.('a b')).toBeDefined();
});

describe('several places, of which the first with a value counts', () => {
  const places = {
    type: [{ firstOf: [{ json: '/event' }, { json: '/type' }] }, { json: '/action' }],
    subject: [{ json: '/user' }, { json: '/group' }],
    time: [
      { json: '/at', unit: 'iso' },
      { json: '/ts', unit: 's' },
    ],
  } as const;

  it('reads the next place if one is missing, empty or not a time', () => {
    expect(
      interpret(places, {
        type: 'list',
        action: 'add',
        user: '',
        group: 'g1',
        at: 'soon',
        ts: 1_700_000_000,
      }),
    ).toMatchObject({ events: [{ type: 'acme.list.add', subject: 'g1', timeMs: 1_700_000_000_000 }] });
    expect(
      interpret(places, {
        event: 'a',
        type: 'b',
        user: 'u1',
        group: 'g1',
        at: '2023-11-14T22:13:21Z',
        ts: 1,
      }),
    ).toMatchObject({ events: [{ type: 'acme.a', subject: 'u1', timeMs: 1_700_000_001_000 }] });
  });

  it('may be followed or replaced by a text that is the same for all', () => {
    expect(interpret({ type: [{ text: 'submission' }] }, { type: 'other' })).toMatchObject({
      events: [{ type: 'acme.submission' }],
    });
  });

  it('are refused at load if the list is empty', () => {
    for (const empty of [{ subject: [] }, { time: [] }, { type: [{ firstOf: [] }] }]) {
      expect(() => define(empty)).toThrow(/list of places must not be empty/);
    }
  });
});

describe('a list of events that may be missing', () => {
  const batch = {
    batch: '/items',
    batchOptional: true,
    type: [{ around: '/type' }, { json: '/a' }],
  } as const;

  it('makes an event of each item, or one of the body without it', () => {
    expect(interpret(batch, { type: 'many', items: [{ a: 'x' }, { a: 'y' }] })).toMatchObject({
      events: [{ type: 'acme.many.x' }, { type: 'acme.many.y' }],
    });
    expect(interpret(batch, { type: 'one', a: 'z' })).toMatchObject({ events: [{ type: 'acme.one.z' }] });
  });

  it('is refused if the member is not a list, or the body is not an object', () => {
    expect(interpret(batch, { type: 'odd', items: 1 })).toMatchObject({ code: 'malformed_body' });
    expect(interpret(batch, 7)).toMatchObject({ code: 'malformed_body' });
  });

  it('must be a member of the body', () => {
    for (const wrong of [{ batchOptional: true }, { batch: '', batchOptional: true }] as const) {
      expect(() => define(wrong)).toThrow(/batchOptional needs/);
    }
  });
});

it('a secret behind "Bearer" has no white space: every request would be refused', () => {
  const { checkSecret } = define({ scheme: { token: { authorization: 'bearer' } } });
  expect(checkSecret('a long random text')).toMatch(/white space/i);
  expect(checkSecret('a-long-random-text')).toBeUndefined();
});

describe('a timestamp that retries repeat', () => {
  const scheme = (toleranceSeconds: number | null, dates: 'attempt' | 'first-attempt') => ({
    signature: { header: 'x-sign' },
    encoding: 'hex' as const,
    message: '{timestamp}.{body}',
    timestamp: { header: 'x-time', dates, toleranceSeconds },
  });
  const identity = { id: 'none' as const, retries: true, retriesForSeconds: 3_600 };

  it('needs a window that covers the retries', () => {
    expect(() => define({ scheme: scheme(300, 'first-attempt'), identity })).toThrow(/3600 s/);
    for (const fitting of [
      scheme(3_600, 'first-attempt'),
      scheme(null, 'first-attempt'),
      scheme(300, 'attempt'),
    ]) {
      expect(() => define({ scheme: fitting, identity })).not.toThrow();
    }
  });
});

describe('the source of a type', () => {
  it('a code becomes the word of the definition, and stays unchanged without one', () => {
    const type: PresetDefinition['type'] = [{ json: '/status', named: { '3': 'finished' } }];
    expect(interpret({ type }, { status: 3 })).toMatchObject({ events: [{ type: 'acme.finished' }] });
    expect(interpret({ type }, { status: 'toString' })).toMatchObject({
      events: [{ type: 'acme.toString' }],
    });
  });

  it('a word of the definition, if there is one kind of event or the event does not name its kind', () => {
    const made = (type: NonNullable<PresetDefinition['type']>, body: unknown) => interpret({ type }, body);
    expect(made([{ text: 'changed' }], {})).toMatchObject({ events: [{ type: 'acme.changed' }] });
    const part = { firstOf: [{ json: '/a' }, { json: '/b' }], otherwise: 'other' };
    expect(made([part], {})).toMatchObject({ events: [{ type: 'acme.other' }] });
    expect(made([part], { b: 'x' })).toMatchObject({ events: [{ type: 'acme.x' }] });
  });

  it('an element of the XML in a form field', () => {
    const xml = Buffer.from('<n><kind>opened</kind><at>2026-01-01T00:00:00Z</at></n>').toString('base64');
    const provider = define({
      type: [{ form: 'payload', element: 'kind' }],
      time: { form: 'payload', element: 'at', unit: 'iso' },
    });
    const made = provider.interpret(
      request({
        headers: { 'content-type': ['application/x-www-form-urlencoded'] },
        rawBody: Buffer.from(new URLSearchParams({ payload: xml }).toString()),
      }),
    );
    const timeMs = Date.parse('2026-01-01T00:00:00Z');
    expect(made).toMatchObject({ events: [{ type: 'acme.opened', timeMs }] });
  });
});

it('a part of the source is the first of several places with a value', () => {
  const source = [{ firstOf: [{ json: '/account' }, { json: '/organization' }] }];
  expect(interpret({ source }, { account: null, organization: 'o1' })).toMatchObject({
    events: [{ source: '/acme/o1' }],
  });
  expect(() => define({ source: [{ firstOf: [] }] })).toThrow(/empty/);
});

it('an id that all messages of a kind share is not used', () => {
  const preset: Partial<PresetDefinition> = {
    identity: { id: { json: '/id' }, names: 'it', unique: 'everywhere', stable: true, retries: true },
    control: [{ when: { json: '/type', equals: 'test' }, kind: 'test', sharesId: true }],
  };
  expect(interpret(preset, { type: 'a', id: '0' })).toMatchObject({ events: [{ deliveryId: '0' }] });
  expect(interpret(preset, { type: 'test', id: '0' })).not.toHaveProperty('events.0.deliveryId');
});

describe('types that stand for more than a name', () => {
  it('has the name of the first member, unless another place contains the type', () => {
    const unless = { header: 'x-topic' };
    const type = [{ firstMemberExcept: ['meta'], unless }] as const;
    const body = { meta: 1, charge: { id: 1 } };
    expect(interpret({ type }, body)).toMatchObject({ events: [{ type: 'acme.charge' }] });
    expect(interpret({ type }, body, { 'x-topic': ['charge/paid'] })).toMatchObject({
      events: [{ type: 'acme.charge.paid' }],
    });
  });

  it('has the words of a path, without its query, ids and versions', () => {
    const type = [{ wordsOf: { json: '/event' } }] as const;
    const typeOf = (event: unknown) => interpret({ type }, { event });
    expect(typeOf('/restapi/v1.0/account/123/extension/~/presence?detailed=true')).toMatchObject({
      events: [{ type: 'acme.restapi.account.extension.presence' }],
    });
    for (const nothing of ['', '/1/2', 7, undefined]) {
      expect(typeOf(nothing)).toMatchObject({ events: [{ type: 'acme.unknown' }] });
    }
  });
});

describe('a list of groups of events', () => {
  const batch = {
    batch: '/groups/*/inner/items',
    source: [{ around: '/groups/*/company' }],
    identity: { id: { json: '/id' }, names: 'it', unique: 'everywhere', stable: true, retries: true },
  } as const;

  it('makes an event of each item, with the values of its group', () => {
    const groups = [
      {
        company: 'a',
        inner: {
          items: [
            { type: 'x', id: 1 },
            { type: 'y', id: 2 },
          ],
        },
      },
      { company: 'b', inner: { items: [] } },
      { company: 'c', inner: { items: [{ type: 'z', id: 3 }] } },
    ];
    expect(interpret(batch, { groups })).toMatchObject({
      events: [
        { type: 'acme.x', source: '/acme/a', deliveryId: '1', payload: Buffer.from('{"type":"x","id":1}') },
        { type: 'acme.y', source: '/acme/a', deliveryId: '2' },
        { type: 'acme.z', source: '/acme/c', deliveryId: '3', payload: Buffer.from('{"type":"z","id":3}') },
      ],
    });
  });

  it('is refused if a list is missing', () => {
    for (const body of [{}, { groups: {} }, { groups: [{ inner: {} }] }, { groups: [7] }]) {
      expect(interpret(batch, body)).toMatchObject({ code: 'malformed_body' });
    }
  });
});
