import { toTimeMsOf } from '../events/times.ts';
import { defineProvider } from '../presets/define-provider.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { readToken, verifyPublishedToken } from '../schemes/jwt.ts';
import { noSecretWanted } from '../schemes/published-scheme.ts';

const JWKS_URL = 'https://generativelanguage.googleapis.com/.well-known/jwks.json';
const MAX_AGE_SECONDS = 300;
const SKEW_SECONDS = 60;

/** `Webhook-Signature`: a JWT (RS256) for an audience, with a key that Google publishes. It does not cover the body. */
export const geminiDynamic = defineProvider(
  {
    id: 'gemini-dynamic',
    name: 'Google Gemini (webhooks of a single request)',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://ai.google.dev/gemini-api/docs/webhooks',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { header: 'webhook-id' },
      names: 'the message',
      unique: 'everywhere',
      stable: true,
      retries: true,
    },
    setup: [
      'Add the address of this source to webhook_config.uris of the request to Gemini.',
      'Store the audience of its tokens here as the option "audience": the claim "aud" of a received token.',
      'Webhooks of the project have a secret: use the provider gemini for them.',
    ],
    documentation: 'https://ai.google.dev/gemini-api/docs/webhooks',
    caution:
      'Google signs the audience, not the body: use an audience for this address only, and fetch results from Google.',
    options: { audience: { description: 'The required value of the claim "aud".', required: true } },
    type: [{ json: '/type' }],
    subject: { json: '/data/id' },
    time: { json: '/timestamp', unit: 'iso' },
    eventTypes: `batch.succeeded batch.failed batch.cancelled batch.expired interaction.completed interaction.failed
      interaction.cancelled interaction.requires_action video.generated`,
  },
  { verify, checkSecret: noSecretWanted, secret: 'none' },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const audience = requireOption(input, 'audience');
  if (typeof audience !== 'string') return audience;
  const { request, fetchPublished } = input;
  const token = readToken(request, 'webhook-signature');
  if (typeof token !== 'string') return token;
  const verified = await verifyPublishedToken(
    token,
    JWKS_URL,
    fetchPublished,
    { algorithms: ['RS256'], audience, skewSeconds: SKEW_SECONDS, requireExpiry: true },
    request.receivedAtMs,
  );
  if (!verified.ok) return verified;
  const text = readSingleHeader(request, 'webhook-timestamp', 'missing_timestamp');
  if (typeof text !== 'string') return text;
  const sentAtMs = toTimeMsOf('s', text);
  if (sentAtMs === undefined) {
    return reject(
      'malformed_timestamp',
      'The header webhook-timestamp must be a number of seconds since 1970.',
    );
  }
  return checkAgeOf(input, sentAtMs, MAX_AGE_SECONDS) ?? { ok: true, secretIndex: -1 };
}
