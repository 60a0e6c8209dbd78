import type { Provider } from '../provider/provider.ts';
import type { SourceOption } from '../provider/source-options.ts';
import { checkDocumentUrl, optionOf, requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { readToken, type TokenRules, verifyPublishedToken } from '../schemes/jwt.ts';
import { readPushMessage } from './push-message.ts';

const GOOGLE_JWKS = 'https://www.googleapis.com/oauth2/v3/certs';
const GOOGLE_ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
/** As in Google's own libraries. A token lives for an hour and is used for many requests: its age says nothing. */
const SKEW_SECONDS = 300;

/** What a source of a Pub/Sub push needs in the place of a secret. */
export const PUSH_OPTIONS = {
  audience: {
    description:
      'The audience of the push subscription (--push-auth-token-audience); without one Google uses the push endpoint, which is the address of this source.',
    required: true,
  },
  serviceAccountEmail: {
    description: 'The service account that signs the pushes (--push-auth-service-account).',
    required: true,
    check: (value) =>
      /^[^@\s]+@[^@\s]+$/.test(value) ? undefined : 'It is not the e-mail address of a service account.',
  },
  subscription: {
    description: 'The full name of the subscription, such as projects/my-project/subscriptions/mail.',
    required: true,
    check: (value) =>
      /^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/.test(value)
        ? undefined
        : 'It is not of the form projects/<project>/subscriptions/<name>.',
  },
  jwksUrl: {
    description: `Where the keys are published. Only for private clouds and tests: Google's are at ${GOOGLE_JWKS}.`,
    required: false,
    isUrl: true,
    check: checkDocumentUrl,
  },
} as const satisfies Record<string, SourceOption>;

/** What both providers of pushes say of their verification. */
export const PUSH_VERIFICATION = {
  secret: 'none',
  options: PUSH_OPTIONS,
  caution:
    'Google signs who sends and to whom, not the body: use an audience and a service account that serve this address only.',
  verify: verifyPush,
  checkSecret: (secret: string) =>
    secret === '' ? undefined : 'A push of Pub/Sub is not signed with a secret: leave it out.',
} as const satisfies Partial<Provider>;

/**
 * `Authorization: Bearer <OIDC token>`: RS256 by a key that Google publishes, for our audience, by the service account
 * that the subscription was made with. The subscription that the message names must be the configured one.
 */
async function verifyPush(input: VerificationInput): Promise<VerificationResult> {
  const { request, fetchPublished } = input;
  const audience = requireOption(input, 'audience');
  if (typeof audience !== 'string') return audience;
  const serviceAccount = requireOption(input, 'serviceAccountEmail');
  if (typeof serviceAccount !== 'string') return serviceAccount;
  const subscription = requireOption(input, 'subscription');
  if (typeof subscription !== 'string') return subscription;

  const token = readToken(request, 'authorization');
  if (typeof token !== 'string') return token;
  const rules: TokenRules = {
    algorithms: ['RS256'],
    issuer: GOOGLE_ISSUERS,
    audience,
    skewSeconds: SKEW_SECONDS,
    requireExpiry: true,
  };
  const jwksUrl = optionOf(input, 'jwksUrl') ?? GOOGLE_JWKS;
  const verified = await verifyPublishedToken(token, jwksUrl, fetchPublished, rules, request.receivedAtMs);
  if (!verified.ok) return verified;
  const { email, email_verified: emailVerified } = verified.claims;
  if (email !== serviceAccount || emailVerified !== true) {
    return reject(
      'unexpected_sender',
      'The token is genuine, but of another service account than the configured one, or its address is not verified.',
    );
  }
  const message = readPushMessage(request);
  // A body that cannot be read is told of when it is read.
  if (message.ok && message.subscription !== subscription) {
    return reject(
      'unexpected_sender',
      'The push is genuine, but of another subscription than the configured one.',
    );
  }
  return { ok: true, secretIndex: -1 };
}
