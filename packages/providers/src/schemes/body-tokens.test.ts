import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { type Provider, receiveWebhook } from '../index.ts';
import { livekit } from '../providers/livekit.ts';
import { messagebird } from '../providers/messagebird.ts';
import { netlify } from '../providers/netlify.ts';
import { qstash } from '../providers/qstash.ts';
import { vonage } from '../providers/vonage.ts';

const BODY =
  '{"id":"1","event":"room_started","type":"message.created","state":"ready","status":"delivered"}';
const URL_ = 'https://hooks.example.com/in/1?x=1';
const SECRETS = [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')];
const hash = (text: string, encoding: 'hex' | 'base64' | 'base64url') =>
  createHash('sha256').update(text).digest(encoding);

/** An undefined claim is omitted. */
type Claims = Record<string, unknown>;

interface Case {
  provider: Provider;
  header: string;
  scheme?: string;
  claims: Claims;
  bodyClaim: string;
  urlClaim?: string;
  issued?: boolean;
  expires?: boolean;
  options?: Record<string, string>;
  type: string;
}
const EXPIRY = { exp: NOW_SECONDS + 60, nbf: NOW_SECONDS - 60 };
const CASES: readonly Case[] = [
  {
    provider: netlify,
    header: 'x-webhook-signature',
    claims: { iss: 'netlify', sha256: hash(BODY, 'hex') },
    bodyClaim: 'sha256',
    issued: true,
    type: 'netlify.ready',
  },
  {
    provider: vonage,
    header: 'authorization',
    scheme: 'Bearer ',
    claims: { iat: NOW_SECONDS, payload_hash: hash(BODY, 'hex') },
    bodyClaim: 'payload_hash',
    type: 'vonage.message.delivered',
  },
  {
    provider: messagebird,
    header: 'messagebird-signature-jwt',
    claims: {
      iss: 'MessageBird',
      ...EXPIRY,
      payload_hash: hash(BODY, 'hex'),
      url_hash: hash(URL_, 'hex'),
    },
    bodyClaim: 'payload_hash',
    urlClaim: 'url_hash',
    issued: true,
    expires: true,
    type: 'messagebird.message.created',
  },
  {
    provider: livekit,
    header: 'authorization',
    claims: { iss: 'APIabc', ...EXPIRY, sha256: hash(BODY, 'base64') },
    bodyClaim: 'sha256',
    options: { apiKey: 'APIabc' },
    issued: true,
    expires: true,
    type: 'livekit.room_started',
  },
  {
    provider: qstash,
    header: 'upstash-signature',
    claims: { iss: 'Upstash', sub: URL_, ...EXPIRY, body: `${hash(BODY, 'base64url')}=` },
    bodyClaim: 'body',
    urlClaim: 'sub',
    issued: true,
    expires: true,
    type: 'qstash.message',
  },
];

describe.each(CASES)('$provider.name', ({ provider, header, scheme = '', claims, options = {}, ...rest }) => {
  const receive = async (
    changed: Claims = {},
    { secret = SECRETS[0] as string, body = BODY, alg = 'HS256', url = URL_ } = {},
  ) => {
    const token = await new SignJWT({ ...claims, ...changed })
      .setProtectedHeader({ alg })
      .sign(Buffer.from(secret));
    return receiveWebhook(provider, {
      request: request({ url, rawBody: Buffer.from(body), headers: { [header]: [scheme + token] } }),
      secrets: SECRETS,
      options,
    });
  };

  it('is accepted, by either secret', async () => {
    expect(await receive()).toMatchObject({ kind: 'events', secretIndex: 0, events: [{ type: rest.type }] });
    expect(await receive({}, { secret: SECRETS[1] as string })).toMatchObject({ secretIndex: 1 });
  });

  it('is refused by another secret, another algorithm, or for another body', async () => {
    const secret = Buffer.alloc(48, 3).toString('hex');
    // MessageBird chooses one of the three HMAC algorithms.
    const otherAlgorithm = provider === messagebird ? [] : [{ alg: 'HS512' }];
    for (const changes of [{ secret }, ...otherAlgorithm, { body: `${BODY} ` }]) {
      expect(await receive({}, changes)).toMatchObject({
        rejection: { code: 'invalid_signature', status: 401 },
      });
    }
    for (const claim of [undefined, '', 7, hash('other', 'hex')]) {
      expect(await receive({ [rest.bodyClaim]: claim })).toMatchObject({
        rejection: { code: 'invalid_signature' },
      });
    }
  });

  it.runIf(rest.issued)('is refused of another issuer', async () => {
    expect(await receive({ iss: 'other' })).toMatchObject({ rejection: { code: 'unexpected_sender' } });
  });

  it.runIf(rest.expires)('is refused after its end, or without one', async () => {
    expect(await receive({ exp: NOW_SECONDS - 61 })).toMatchObject({
      rejection: { code: 'timestamp_out_of_tolerance' },
    });
    expect(await receive({ exp: undefined })).toMatchObject({ rejection: { code: 'unexpected_sender' } });
  });

  it.runIf(rest.urlClaim)('is refused for another address', async () => {
    expect(await receive({}, { url: `${URL_}1` })).toMatchObject({
      rejection: { code: 'unexpected_sender' },
    });
  });

  it('is refused without a token or a secret', async () => {
    expect(await receiveWebhook(provider, { request: request(), secrets: SECRETS, options })).toMatchObject({
      rejection: { code: 'missing_signature' },
    });
    expect(await receiveWebhook(provider, { request: request(), secrets: [''], options })).toMatchObject({
      rejection: { code: 'no_secret' },
    });
  });
});

it('Vonage is refused 301 s later, and without a time', async () => {
  const [secret = ''] = SECRETS;
  for (const iat of [NOW_SECONDS - 301, undefined]) {
    const token = await new SignJWT({ ...(iat && { iat }), payload_hash: hash(BODY, 'hex') })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(secret));
    const reception = await receiveWebhook(vonage, {
      request: request({ rawBody: Buffer.from(BODY), headers: { authorization: [`Bearer ${token}`] } }),
      secrets: [secret],
    });
    expect(reception).toMatchObject({ rejection: { code: 'timestamp_out_of_tolerance' } });
  }
});

it('LiveKit needs the key that issues its tokens', async () => {
  expect(await receiveWebhook(livekit, { request: request(), secrets: SECRETS })).toMatchObject({
    rejection: { code: 'missing_option' },
  });
});
