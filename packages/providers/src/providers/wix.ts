import { defineProvider } from '../presets/define-provider.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import type { Rejection } from '../rejection.ts';
import { reject } from '../rejection.ts';
import { objectAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import { payloadOfToken, readTokenBody, verifyToken } from '../schemes/jwt.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { parsePublicKey } from '../schemes/public-key.ts';
import { readKeys } from '../schemes/usable-secrets.ts';

const SKEW_SECONDS = 60;
const TEXTS: readonly string[] = ['data', 'identity'];
const parseKey = cacheBySecret((secret: string) => parsePublicKey(secret, 'rsa'));

/**
 * The body is a JWT (RS256) with the key of the app. Its claim `data` is the event as a JSON text. The members `data`
 * and `identity` of the event are JSON texts too; Hookline parses them.
 */
export const wix = defineProvider(
  {
    id: 'wix',
    name: 'Wix',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://dev.wix.com/docs/rest/articles/get-started/webhook-structure',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source:
          'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/data/id' },
      names: 'the event',
      unique: 'everywhere',
      stable: true,
      retries: true,
    },
    setup: [
      'In the dashboard of your Wix app, under Webhooks, choose Get Public Key, and store the key here as the secret.',
      'Add a webhook there for each event, with the address of this source.',
    ],
    documentation:
      'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
    type: [{ json: '/eventType' }],
    source: [{ json: '/instanceId' }],
    subject: { json: '/data/entityId' },
    time: { json: '/data/eventTime', unit: 'iso' },
    answerWithinMs: 1_250,
  },
  {
    verify,
    checkSecret(secret) {
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
    readPayload(request) {
      const token = readTokenBody(request);
      return typeof token === 'string' ? readEvent(token) : token;
    },
  },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const keys = readKeys(input, parseKey, 'public key');
  if (!Array.isArray(keys)) return keys;
  const token = readTokenBody(input.request);
  if (typeof token !== 'string') return token;
  const rules = {
    algorithms: ['RS256'],
    skewSeconds: toleranceOf(input, SKEW_SECONDS),
    requireExpiry: true,
  };
  let rejection: Rejection | undefined;
  for (const { key, secretIndex } of keys) {
    const verified = await verifyToken(token, key, rules, input.request.receivedAtMs);
    if (verified.ok) return { ok: true, secretIndex };
    if (rejection === undefined || rejection.code === 'invalid_signature') rejection = verified;
  }
  return rejection as Rejection;
}

function readEvent(token: string): Buffer | Rejection {
  const claims = parseJson(payloadOfToken(token));
  if (!claims.ok) return claims;
  const text = textAt(claims.value, 'data');
  if (text !== undefined) return Buffer.from(openTexts(text), 'utf8');
  return valueAt(claims.value, 'data') === undefined
    ? reject('malformed_body', 'The Wix token has no claim "data".')
    : reject('malformed_body', 'The claim "data" of the token must be a text.');
}

/** The event with its JSON texts parsed. A text that is not an event stays unchanged and is refused later. */
function openTexts(text: string): string {
  const parsed = parseJson(Buffer.from(text, 'utf8'));
  const event = parsed.ok ? objectAt(parsed.value) : undefined;
  if (event === undefined) return text;
  const members = Object.entries(event).map(([name, value]) => {
    const inner = TEXTS.includes(name) && typeof value === 'string' ? value : undefined;
    const isJson = inner !== undefined && parseJson(Buffer.from(inner, 'utf8')).ok;
    return `${JSON.stringify(name)}:${isJson ? inner : JSON.stringify(value)}`;
  });
  return `{${members.join(',')}}`;
}
