import { defineProvider } from '../presets/define-provider.ts';
import type { Verification, VerificationInput } from '../provider.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import { payloadOfToken, readTokenBody, verifyPublishedToken } from '../schemes/jwt.ts';
import { noSecretWanted } from '../schemes/published-scheme.ts';
import { requireOption } from '../source-options.ts';

const SKEW_SECONDS = 60;

/** The body is a JWT by RS256, with a key that the Kinde domain publishes; what is in it is the event. */
export const kinde = defineProvider(
  {
    id: 'kinde',
    name: 'Kinde',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://github.com/kinde-oss/documentation',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/event_id' },
      names: 'the event, in all webhooks',
      unique: 'everywhere',
      stable: true,
      retries: true,
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
          /^https:\/\/[a-z0-9.-]+$/i.test(value) ? undefined : 'It is not an https address without a path.',
      },
    },
    type: [{ json: '/type' }],
    source: [{ json: '/source' }],
    subject: { json: '/data/user/id' },
    time: { json: '/timestamp', unit: 'iso' },
    eventTypes: `user.created user.updated user.deleted user.authenticated organization.created organization.updated
      organization.deleted role.created role.updated role.deleted permission.created permission.updated
      permission.deleted subscriber.created`,
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

async function verify(input: VerificationInput): Promise<Verification> {
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
  return verified.ok ? { ok: true, secretIndex: -1 } : verified;
}
