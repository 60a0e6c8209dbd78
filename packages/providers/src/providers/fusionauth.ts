import { createHash } from 'node:crypto';
import { defineProvider } from '../presets/define-provider.ts';
import type { Verification, VerificationInput } from '../provider.ts';
import { reject } from '../rejection.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import {
  CONFIGURED_TOKEN_OPTIONS,
  checkTokenKey,
  verifyConfiguredToken,
} from '../schemes/configured-token.ts';
import { readToken } from '../schemes/jwt.ts';

const HEADER = 'x-fusionauth-signature-jwt';
const CLAIM = 'request_body_sha256';
const SKEW_SECONDS = 60;

/** `X-FusionAuth-Signature-JWT`: a JWT with the SHA-256 of the body in it, by whatever key the operator chose. */
export const fusionauth = defineProvider(
  {
    id: 'fusionauth',
    name: 'FusionAuth',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://github.com/FusionAuth/fusionauth-site',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/event/id' },
      names: 'the event, in all webhooks',
      unique: 'everywhere',
      stable: true,
      retries: true,
    },
    setup: [
      'In FusionAuth, under Settings, Key Master, choose or make a key, and store its algorithm here as the option "algorithm".',
      'Of an HMAC key store the secret here; of any other store its public key in PEM as the secret, or the address of /.well-known/jwks.json as the option "jwksUrl".',
      'Under Settings, Webhooks, add a webhook with the address of this source, and in its Security choose to sign events with that key.',
    ],
    documentation: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
    options: CONFIGURED_TOKEN_OPTIONS,
    type: [{ json: '/event/type' }],
    source: [{ json: '/event/tenantId' }],
    subject: { json: '/event/user/id' },
    time: { json: '/event/createInstant', unit: 'ms' },
    eventTypes: `user.create user.create.complete user.update user.update.complete user.delete user.delete.complete
      user.deactivate user.reactivate user.bulk.create user.email.verified user.email.update user.login.success
      user.login.failed user.login.suspicious user.login.new-device user.password.breach user.password.update
      user.password.reset.start user.password.reset.success user.registration.create user.registration.update
      user.registration.delete user.registration.verified user.action jwt.refresh jwt.refresh-token.revoke
      jwt.public-key.update group.create group.update group.delete audit-log.create event-log.create test`,
  },
  { verify, checkSecret: checkTokenKey, secret: 'optional' },
);

async function verify(input: VerificationInput): Promise<Verification> {
  const token = readToken(input.request, HEADER);
  if (typeof token !== 'string') return token;
  const verified = await verifyConfiguredToken(input, token, {
    skewSeconds: toleranceOf(input, SKEW_SECONDS),
    requireExpiry: false,
  });
  if (!verified.ok) return verified;
  const sha256 = createHash('sha256').update(input.request.rawBody).digest('base64');
  // The token is public by now: a comparison in constant time would protect nothing.
  return verified.claims[CLAIM] === sha256
    ? { ok: true, secretIndex: verified.secretIndex }
    : reject(
        'invalid_signature',
        `The token is genuine, but its claim "${CLAIM}" is not the hash of this body.`,
        {
          claim: CLAIM,
        },
      );
}
