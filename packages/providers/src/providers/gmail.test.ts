import { generateKeyPairSync } from 'node:crypto';
import { OAuth2Client } from 'google-auth-library';
import { type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOidcIssuer, type OidcIssuer } from '../../fixtures/oidc-issuer.ts';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { gmail } from './gmail.ts';

const OPTIONS = {
  audience: 'https://hooks.example.com/in/1',
  serviceAccountEmail: 'push@acme.iam.gserviceaccount.com',
  subscription: 'projects/myproject/subscriptions/mysubscription',
};
/** From Google's guide to push notifications. */
const ENVELOPE = {
  message: {
    data: 'eyJlbWFpbEFkZHJlc3MiOiAidXNlckBleGFtcGxlLmNvbSIsICJoaXN0b3J5SWQiOiAiMTIzNDU2Nzg5MCJ9',
    messageId: '2070443601311540',
    message_id: '2070443601311540',
    publishTime: '2021-02-26T19:13:55.749Z',
    publish_time: '2021-02-26T19:13:55.749Z',
  },
  subscription: OPTIONS.subscription,
};
const CLAIMS: JWTPayload = {
  iss: 'https://accounts.google.com',
  aud: OPTIONS.audience,
  email: OPTIONS.serviceAccountEmail,
  email_verified: true,
  sub: '113774264463038321964',
  iat: NOW_SECONDS - 1800,
  exp: NOW_SECONDS + 1800,
};

let issuer: OidcIssuer;
beforeAll(async () => {
  issuer = await createOidcIssuer();
});

interface Push {
  claims?: JWTPayload;
  token?: string;
  body?: unknown;
  headers?: Record<string, readonly string[]>;
  options?: Record<string, string>;
}

async function receive({ claims, token, body = ENVELOPE, headers = {}, options = OPTIONS }: Push = {}) {
  const bearer = token ?? (await issuer.sign({ ...CLAIMS, ...claims }));
  return receiveWebhook(gmail, {
    request: request({
      headers: { authorization: [`Bearer ${bearer}`], 'content-type': ['application/json'], ...headers },
      rawBody: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    }),
    secrets: [],
    options,
    fetchPublished: issuer.fetchPublished,
  });
}

describe('a push', () => {
  it('becomes an event of the mailbox, answered with 204', async () => {
    const reception = await receive();
    expect(reception).toMatchObject({
      kind: 'events',
      answer: { status: 204, body: '' },
      events: [
        {
          type: 'gmail.history',
          source: '/gmail/user%40example.com',
          subject: 'user@example.com',
          deliveryId: '2070443601311540',
          timeMs: Date.UTC(2021, 1, 26, 19, 13, 55, 749),
        },
      ],
    });
    const [event] = reception.kind === 'events' ? reception.events : [];
    expect(JSON.parse(event?.payload.toString() ?? '')).toEqual({
      emailAddress: 'user@example.com',
      historyId: '1234567890',
      messageId: '2070443601311540',
      publishTime: '2021-02-26T19:13:55.749Z',
      subscription: OPTIONS.subscription,
    });
  });

  it('has the same key when it is repeated', async () => {
    const [first, second] = [await receive(), await receive()];
    if (first.kind !== 'events' || second.kind !== 'events') throw new Error('Expected events.');
    const keys = [first, second].map(({ events }) =>
      repeatKeyOf('gmail', events[0] as (typeof events)[number]),
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it.each([
    ['a number', '{"emailAddress":"a@b.c","historyId":18446744073709551615}'],
    ['text', '{"emailAddress":"a@b.c","historyId":"18446744073709551615"}'],
  ])('keeps all digits of a history id that is %s', async (_name, data) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(data).toString(encoding);
      for (const encoded of [text, text.replace(/=+$/, '')]) {
        const reception = await receive({
          body: { ...ENVELOPE, message: { ...ENVELOPE.message, data: encoded } },
        });
        expect(reception.kind === 'events' && String(reception.events[0]?.payload)).toContain(
          '"historyId":"18446744073709551615"',
        );
      }
    }
  });

  it('may come unwrapped, with the envelope in headers', async () => {
    const reception = await receive({
      body: { emailAddress: 'user@example.com', historyId: 7 },
      headers: {
        'x-goog-pubsub-subscription-name': [OPTIONS.subscription],
        'x-goog-pubsub-message-id': ['99'],
        'x-goog-pubsub-publish-time': ['2021-02-26T19:13:55.749Z'],
      },
    });
    expect(reception).toMatchObject({ events: [{ subject: 'user@example.com', deliveryId: '99' }] });
  });
});

describe('the token', () => {
  it.each<[string, JWTPayload, string]>([
    ['for another audience', { aud: 'https://other.example.com' }, 'unexpected_sender'],
    ['of another issuer', { iss: 'https://accounts.example.com' }, 'unexpected_sender'],
    ['of another service account', { email: 'other@acme.iam.gserviceaccount.com' }, 'unexpected_sender'],
    ['of an address that is not verified', { email_verified: false }, 'unexpected_sender'],
    ['of an address that is verified as text', { email_verified: 'true' }, 'unexpected_sender'],
    ['that ended 301 s ago', { exp: NOW_SECONDS - 301 }, 'timestamp_out_of_tolerance'],
    ['that begins in 301 s', { nbf: NOW_SECONDS + 301 }, 'timestamp_out_of_tolerance'],
  ])('%s is refused', async (_name, claims, code) => {
    expect(await receive({ claims })).toMatchObject({ kind: 'rejected', rejection: { code, status: 401 } });
  });

  it('without an end is refused', async () => {
    const { exp: _exp, ...endless } = CLAIMS;
    expect(await receive({ token: await issuer.sign(endless) })).toMatchObject({
      rejection: { code: 'unexpected_sender' },
    });
  });

  it('is good for an hour and 300 s more, and of either spelling of the issuer', async () => {
    expect((await receive({ claims: { exp: NOW_SECONDS - 299 } })).kind).toBe('events');
    expect((await receive({ claims: { iss: 'accounts.google.com' } })).kind).toBe('events');
  });

  it('by another key, or with a changed byte, is refused', async () => {
    const other = await createOidcIssuer();
    const genuine = await issuer.sign(CLAIMS);
    const [head, , signature] = genuine.split('.');
    const claims = Buffer.from(JSON.stringify({ ...CLAIMS, admin: true })).toString('base64url');
    for (const token of [await other.sign(CLAIMS), `${head}.${claims}.${signature}`]) {
      expect(await receive({ token })).toMatchObject({
        rejection: { code: 'invalid_signature', status: 401 },
      });
    }
  });

  it('by any algorithm but RS256 is refused', async () => {
    const [key] = Object.values(await issuer.certificates());
    const [, payload] = (await issuer.sign(CLAIMS)).split('.');
    const none = Buffer.from('{"alg":"none","kid":"key-1"}').toString('base64url');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const tokens = [
      // The public key as the secret of an HMAC.
      await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
        .sign(Buffer.from(key ?? '')),
      await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'ES256', kid: 'key-1' }).sign(privateKey),
      `${none}.${payload}.x`,
      `${none}.${payload}.`,
    ];
    for (const token of tokens)
      expect(await receive({ token })).toMatchObject({ rejection: { status: 401 } });
  });

  it.each([
    ['missing', undefined, 'missing_signature'],
    ['empty', [''], 'missing_signature'],
    ['doubled', ['Bearer a.b.c', 'Bearer a.b.c'], 'duplicate_header'],
    ['of another kind', ['Basic dXNlcjpwYXNz'], 'malformed_signature'],
    ['no token', ['Bearer x'], 'malformed_signature'],
    ['endless', [`Bearer ${'a'.repeat(20_000)}.b.c`], 'malformed_signature'],
  ])('in a header that is %s is refused', async (_name, authorization, code) => {
    const headers = { authorization: authorization as readonly string[] };
    expect(await receive({ token: 'x', headers })).toMatchObject({ rejection: { code } });
  });

  it('is accepted or refused as by the google-auth-library', async () => {
    const google = new OAuth2Client();
    const verdict = (token: string) =>
      google
        .verifySignedJwtWithCertsAsync(
          token,
          certificates,
          OPTIONS.audience,
          ['accounts.google.com', 'https://accounts.google.com'],
          undefined,
        )
        .then(
          () => true,
          () => false,
        );
    const certificates = await issuer.certificates();
    // The library uses the real clock, so the tokens are issued now.
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now - 1800, exp: now + 1800 };
    const cases: JWTPayload[] = [
      {},
      { aud: 'other' },
      { iss: 'other' },
      { exp: now - 250 },
      { exp: now - 400 },
      { iat: now - 5000, exp: now - 1000 },
    ];
    for (const claims of cases) {
      const token = await issuer.sign({ ...CLAIMS, ...times, ...claims });
      const ours = await receiveWebhook(gmail, {
        request: request({
          headers: { authorization: [`Bearer ${token}`] },
          rawBody: Buffer.from(JSON.stringify(ENVELOPE)),
          receivedAtMs: now * 1000,
        }),
        secrets: [],
        options: OPTIONS,
        fetchPublished: issuer.fetchPublished,
      });
      expect([claims, ours.kind === 'events']).toEqual([claims, await verdict(token)]);
    }
  });
});

describe('the keys', () => {
  it('are fetched again exactly once for an unknown key', async () => {
    await receive();
    await issuer.rotate();
    issuer.fetched.length = 0;
    expect((await receive()).kind).toBe('events');
    expect(issuer.fetched).toEqual([
      { url: 'https://www.googleapis.com/oauth2/v3/certs', fresh: false },
      { url: 'https://www.googleapis.com/oauth2/v3/certs', fresh: true },
    ]);
    issuer.fetched.length = 0;
    const token = await issuer.sign(CLAIMS, { kid: 'unknown' });
    expect(await receive({ token })).toMatchObject({ rejection: { code: 'invalid_signature' } });
    expect(issuer.fetched).toHaveLength(2);
  });

  it('come from the address in the source’s option', async () => {
    issuer.fetched.length = 0;
    await receive({ options: { ...OPTIONS, jwksUrl: 'https://keys.example.com/jwks' } });
    expect(issuer.fetched[0]?.url).toBe('https://keys.example.com/jwks');
  });

  it.each([
    ['cannot be fetched', async () => Promise.reject(new Error('no route'))],
    ['are no keys', async () => Buffer.from('<html>')],
    ['are not to be had here', undefined],
  ])('that %s are our trouble, and the push is told to come again', async (_name, fetchPublished) => {
    const reception = await receiveWebhook(gmail, {
      request: request({ headers: { authorization: [`Bearer ${await issuer.sign(CLAIMS)}`] } }),
      secrets: [],
      options: OPTIONS,
      fetchPublished,
    });
    expect(reception).toMatchObject({ rejection: { code: 'keys_unavailable', status: 503 } });
  });

  it('are not fetched for a token that cannot be valid', async () => {
    issuer.fetched.length = 0;
    await receive({
      token: await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32)),
    });
    await receive({ token: 'a.b.c' });
    expect(issuer.fetched).toEqual([]);
  });
});

describe('the source', () => {
  it('accepts only pushes of its subscription', async () => {
    for (const subscription of ['projects/other/subscriptions/mysubscription', undefined, 7]) {
      expect(await receive({ body: { ...ENVELOPE, subscription } })).toMatchObject({
        rejection: { code: 'unexpected_sender' },
      });
    }
  });

  it.each(['audience', 'serviceAccountEmail', 'subscription'])('is not complete without %s', async (name) => {
    const options = { ...OPTIONS, [name]: '' };
    expect(await receive({ options })).toMatchObject({ rejection: { code: 'missing_option', status: 500 } });
    expect(gmail.options?.[name]?.required).toBe(true);
  });

  it('names the problem with each wrong option', () => {
    const check = (name: string, value: string) => gmail.options?.[name]?.check?.(value);
    expect(check('subscription', OPTIONS.subscription)).toBeUndefined();
    expect(check('subscription', 'mysubscription')).toContain('projects/');
    expect(check('serviceAccountEmail', 'push')).toContain('e-mail');
    expect(check('jwksUrl', 'https://keys.example.com/jwks')).toBeUndefined();
    for (const url of ['file:///etc/passwd', 'https://user@keys.example.com/', 'keys']) {
      expect(check('jwksUrl', url)).toContain('https');
    }
  });

  it('has no secret', () => {
    expect(gmail.secret).toBe('none');
    expect(gmail.checkSecret('')).toBeUndefined();
    expect(gmail.checkSecret('anything')).toContain('leave the secret empty');
  });
});

it.each([
  ['no JSON', Buffer.from('x')],
  ['no envelope', {}],
  ['data that is not base64', { ...ENVELOPE, message: { data: '%%%' } }],
  ['data that is no JSON', { ...ENVELOPE, message: { data: 'aGVsbG8' } }],
  ['data of something else', { ...ENVELOPE, message: { data: 'e30' } }],
  [
    'a history id that is none',
    { ...ENVELOPE, message: { data: btoa('{"emailAddress":"a","historyId":-1}') } },
  ],
])('a body with %s is refused', async (_name, body) => {
  expect(await receive({ body })).toMatchObject({ rejection: { code: 'malformed_body', status: 400 } });
});
