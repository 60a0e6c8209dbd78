import { createHash } from 'node:crypto';
import { defineProvider } from '../presets/define-provider.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
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

/** `X-FusionAuth-Signature-JWT`: a JWT with the SHA-256 of the body, signed with the key that the operator chose. */
export const fusionauth = defineProvider(
  {
    id: 'fusionauth',
    name: 'FusionAuth',
    evidence: [
      {
        kind: 'official-docs',
        source:
          'https://github.com/FusionAuth/fusionauth-site/blob/HEAD/astro/src/content/docs/extend/events-and-webhooks/signing.mdx',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source:
          'https://github.com/FusionAuth/fusionauth-site/blob/HEAD/astro/src/content/docs/extend/events-and-webhooks/events/index.mdx',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { json: '/event/id' },
      names: 'the event, the same in all webhooks',
      unique: 'everywhere',
      stable: true,
      retries: true,
    },
    setup: [
      'In FusionAuth, under Settings, Key Master, choose or create a key, and store its algorithm here as the option "algorithm".',
      'For an HMAC key, store its secret here. For any other key, store its public key in PEM as the secret, or the address of /.well-known/jwks.json as the option "jwksUrl".',
      'Under Settings, Webhooks, add a webhook with the address of this source, and in its Security choose to sign events with that key.',
      'Set its connect and read timeouts to a few seconds. A late answer counts as no answer and fails a transaction that waits for the webhook.',
      'If a transaction waits for the webhook, the answer of Hookline confirms receipt and never vetoes the transaction.',
    ],
    documentation: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
    options: CONFIGURED_TOKEN_OPTIONS,
    type: [{ json: '/event/type' }],
    source: [{ json: '/event/tenantId' }],
    subject: [
      { json: '/event/user/id' },
      { json: '/event/userId' },
      { json: '/event/actioneeId' },
      { json: '/event/group/id' },
      { json: '/event/entity/id' },
    ],
    time: { json: '/event/createInstant', unit: 'ms' },
    eventTypes: `audit-log.create entity.create entity.create.complete entity.update entity.update.complete
      entity.delete entity.delete.complete event-log.create group.create group.create.complete group.update
      group.update.complete group.delete group.delete.complete group.member.add group.member.add.complete
      group.member.remove group.member.remove.complete group.member.update group.member.update.complete
      jwt.public-key.update jwt.refresh jwt.refresh-token.revoke kickstart.success user.action
      user.bulk.create user.create user.create.complete user.update user.update.complete user.delete
      user.delete.complete user.deactivate user.reactivate user.email.update user.email.verified
      user.identity.verified user.identity-provider.link user.identity-provider.unlink user.login.failed
      user.login.success user.login.new-device user.login.suspicious user.login-id.duplicate.create
      user.login-id.duplicate.update user.password.breach user.password.update user.password.reset.send
      user.password.reset.start user.password.reset.success user.registration.create
      user.registration.create.complete user.registration.update user.registration.update.complete
      user.registration.delete user.registration.delete.complete user.registration.verified
      user.two-factor.method.add user.two-factor.method.remove`,
    control: [{ when: { json: '/event/type', equals: 'test' }, kind: 'test', type: 'test' }],
  },
  { verify, checkSecret: checkTokenKey, secret: 'optional' },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const token = readToken(input.request, HEADER);
  if (typeof token !== 'string') return token;
  const verified = await verifyConfiguredToken(input, token, {
    skewSeconds: toleranceOf(input, SKEW_SECONDS),
    requireExpiry: false,
  });
  if (!verified.ok) return verified;
  const sha256 = createHash('sha256').update(input.request.rawBody).digest('base64');
  // The token is verified already, so the comparison need not take constant time.
  return verified.claims[CLAIM] === sha256
    ? { ok: true, secretIndex: verified.secretIndex }
    : reject(
        'invalid_signature',
        `The token is valid, but its claim "${CLAIM}" is not the hash of this body.`,
        {
          claim: CLAIM,
        },
      );
}
