import { defineProvider } from '../presets/define-provider.ts';
import { checkDocumentUrl, requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { headerOf } from '../request/inbound-request.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { readDetachedJws, verifyDetachedJws } from '../schemes/jwt.ts';
import { noSecretWanted } from '../schemes/published-scheme.ts';

const TOLERANCE_SECONDS = 300;

/**
 * `X-Neon-Signature`: a detached JWS (EdDSA), with a key that the project publishes. Its payload is the time and the
 * body in base64url; the JWS encodes the payload in base64url again.
 */
export const neonAuth = defineProvider(
  {
    id: 'neon-auth',
    aliases: ['neon'],
    name: 'Neon Auth',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://github.com/neondatabase/website/blob/HEAD/content/docs/auth/guides/webhooks.md',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { header: 'x-neon-event-id' },
      names: 'the event',
      unique: 'everywhere',
      stable: true,
      retries: true,
      retriesForSeconds: 15,
    },
    setup: [
      'Store the base address of Neon Auth of your branch here as the option "authUrl".',
      'Through the API of Neon (PUT …/auth/webhooks), enable webhooks with the address of this source.',
      'Neon Auth waits for the answer to user.before_create. Hookline always permits, so everyone can sign up.',
      'If you enable send.otp or send.magic_link, Neon Auth no longer sends these e-mails. The receiver of the events must send them.',
    ],
    documentation: 'https://neon.com/docs/auth/guides/webhooks',
    options: {
      authUrl: {
        description:
          'The base address of Neon Auth, such as https://ep-….neonauth.….aws.neon.tech/neondb/auth. Its keys are under /.well-known/jwks.json.',
        required: true,
        isUrl: true,
        check: checkDocumentUrl,
      },
    },
    type: [{ header: 'x-neon-event-type' }],
    source: [{ json: '/context/endpoint_id' }],
    subject: { json: '/user/id' },
    time: { header: 'x-neon-timestamp', unit: 'ms' },
    eventTypes: 'send.otp send.magic_link user.before_create user.created phone_number.verified',
    answer: { body: '{"allowed":true}' },
    answerWithinMs: 5_000,
  },
  { verify, checkSecret: noSecretWanted, secret: 'none' },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const authUrl = requireOption(input, 'authUrl');
  if (typeof authUrl !== 'string') return authUrl;
  const { request, fetchPublished } = input;
  const ends = readDetachedJws(request, 'x-neon-signature');
  if ('ok' in ends) return ends;
  const timestamp = readSingleHeader(request, 'x-neon-timestamp', 'missing_timestamp');
  if (typeof timestamp !== 'string') return timestamp;
  if (!/^[1-9][0-9]{0,14}$/.test(timestamp)) {
    return reject(
      'malformed_timestamp',
      'The header x-neon-timestamp must be a number of milliseconds since 1970.',
    );
  }
  const signed = `${timestamp}.${request.rawBody.toString('base64url')}`;
  const verified = await verifyDetachedJws(
    { ...ends, payload: Buffer.from(signed, 'latin1').toString('base64url') },
    'EdDSA',
    `${withoutSlashes(authUrl)}/.well-known/jwks.json`,
    fetchPublished,
    headerOf(request, 'x-neon-signature-kid'),
  );
  if (!verified.ok) return verified;
  return checkAgeOf(input, Number(timestamp), TOLERANCE_SECONDS) ?? { ok: true, secretIndex: -1 };
}

/** Without the slashes at its end. */
function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}
