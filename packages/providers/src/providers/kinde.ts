import { defineProvider } from '../presets/define-provider.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import { payloadOfToken, readTokenBody, verifyPublishedToken } from '../schemes/jwt.ts';
import { noSecretWanted } from '../schemes/published-scheme.ts';

const SKEW_SECONDS = 60;

/** The body is a JWT (RS256) with a key that the Kinde domain publishes. Its claims are the event. */
export const kinde = defineProvider(
  {
    id: 'kinde',
    name: 'Kinde',
    evidence: [
      {
        kind: 'official-docs',
        source:
          'https://github.com/kinde-oss/documentation/blob/HEAD/src/content/docs/integrate/webhooks/about-webhooks.mdx',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-sdk',
        source: 'https://github.com/kinde-oss/webhook/blob/HEAD/lib/types.ts',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { json: '/event_id' },
      names: 'the event, the same in all webhooks',
      unique: 'everywhere',
      stable: true,
      retries: true,
      retriesForSeconds: 36 * 3_600,
    },
    setup: [
      'Store the address of your Kinde domain here as the option "domain", such as https://acme.kinde.com.',
      'In Kinde, under Settings, Environment, Webhooks, add a webhook with the address of this source and choose the events.',
    ],
    documentation: 'https://docs.kinde.com/integrate/webhooks/add-manage-webhooks/',
    options: {
      domain: {
        description: 'The address of your Kinde domain, such as https://acme.kinde.com.',
        required: true,
        check: (value) =>
          /^https:\/\/[a-z0-9.-]+$/i.test(value)
            ? undefined
            : 'The value must be an https address without a path.',
      },
    },
    type: [{ json: '/type' }],
    subject: [
      { json: '/data/user/id' },
      { json: '/data/organization/code' },
      { json: '/data/role/id' },
      { json: '/data/permission/id' },
      { json: '/data/subscriber/id' },
      { json: '/data/access_request/user_id' },
    ],
    time: { json: '/timestamp', unit: 'iso' },
    eventTypes: `user.created user.updated user.deleted user.authenticated
      user.authentication_failed organization.created organization.updated
      organization.deleted role.created role.updated role.deleted permission.created permission.updated
      permission.deleted subscriber.created access_request.created`,
  },
  {
    verify,
    checkSecret: noSecretWanted,
    secret: 'none',
    readPayload(request) {
      const token = readTokenBody(request);
      return typeof token === 'string' ? payloadOfToken(token) : token;
    },
  },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const domain = requireOption(input, 'domain');
  if (typeof domain !== 'string') return domain;
  const token = readTokenBody(input.request);
  if (typeof token !== 'string') return token;
  const { request, fetchPublished } = input;
  const verified = await verifyPublishedToken(
    token,
    `${domain}/.well-known/jwks`,
    fetchPublished,
    { algorithms: ['RS256'], skewSeconds: toleranceOf(input, SKEW_SECONDS), requireExpiry: false },
    request.receivedAtMs,
  );
  if (!verified.ok) return verified;
  // The same keys sign the tokens of users of the domain. User tokens are not events.
  const isEvent = ['event_id', 'type', 'timestamp'].every(
    (claim) => typeof verified.claims[claim] === 'string',
  );
  return isEvent
    ? { ok: true, secretIndex: -1 }
    : reject(
        'unexpected_sender',
        'The token is valid, but it is not a Kinde event: event_id, type or timestamp is missing.',
      );
}
