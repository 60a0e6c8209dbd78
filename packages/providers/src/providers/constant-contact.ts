import { defineProvider } from '../presets/define-provider.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { readDetachedJws, verifyDetachedJws } from '../schemes/jwt.ts';
import { noSecretWanted } from '../schemes/published-scheme.ts';

const JWKS_URL = 'https://developer.constantcontact.com/.well-known/jwks.json';
const TOLERANCE_SECONDS = 300;

/**
 * `X-CTCT-WEBHOOK-SIG`: a detached JWS (RS256, RFC 7797) of the unencoded body, with the time in its header. Constant
 * Contact publishes the key, which is the same for all its customers.
 */
export const constantContact = defineProvider(
  {
    id: 'constant-contact',
    name: 'Constant Contact',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://developer.constantcontact.com/api_guide/webhook_authenticity.html',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source: 'https://developer.constantcontact.com/api_guide/partners_webhooks_overview.html',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: 'none',
      equalBodies: 'events',
      because: 'the body contains the account and the kind of event, but no id and no time',
      retries: 'unknown',
    },
    setup: [
      'Through the partner API of Constant Contact, subscribe to each topic with the address of this source.',
      'Keep the address secret: other customers of Constant Contact can send their events to it.',
    ],
    documentation: 'https://developer.constantcontact.com/api_guide/partners_webhooks_overview.html',
    caution:
      'Constant Contact signs with the same keys for all its customers: a valid signature does not prove that an event is from your account.',
    type: [{ json: '/event_type' }],
    subject: { json: '/url' },
  },
  { verify, checkSecret: noSecretWanted, secret: 'none' },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const { request, fetchPublished } = input;
  const ends = readDetachedJws(request, 'x-ctct-webhook-sig');
  if ('ok' in ends) return ends;
  const verified = await verifyDetachedJws(
    { ...ends, payload: request.rawBody },
    'RS256',
    JWKS_URL,
    fetchPublished,
  );
  if (!verified.ok) return verified;
  const { ts, b64 } = verified.header;
  if (b64 !== false || typeof ts !== 'number') {
    return reject('malformed_signature', 'The header of the JWS must have "b64": false and a time "ts".');
  }
  return checkAgeOf(input, ts * 1000, TOLERANCE_SECONDS) ?? { ok: true, secretIndex: -1 };
}
