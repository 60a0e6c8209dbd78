import type { Provider } from '../provider/provider.ts';
import type { SourceOption } from '../provider/source-options.ts';
import { checkDocumentUrl, optionOf, requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { readToken, type TokenRules, verifyPublishedToken } from '../schemes/jwt.ts';
import { readPushMessage } from './push-message.ts';

const GOOGLE_JWKS = 'https://www.googleapis.com/oauth2/v3/certs';
const GOOGLE_ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
/**
 * The tolerance of Google's own libraries. A token is valid for an hour and serves many requests, so its age is not
 * checked.
 */
const SKEW_SECONDS = 300;

/** The options that a source of Pub/Sub pushes needs instead of a secret. */
export const PUSH_OPTIONS = {
  audience: {
    description:
      'The audience of the push subscription (--push-auth-token-audience). Without an audience Google uses the push endpoint, which is the address of this source.',
    required: true,
  },
  serviceAccountEmail: {
    description: 'The service account that signs the pushes (--push-auth-service-account).',
    required: true,
    check: (value) =>
      /^[^@\s]+@[^@\s]+$/.test(value)
        ? undefined
        : 'The value must be the e-mail address of a service account.',
  },
  subscription: {
    description: 'The full name of the subscription, such as projects/my-project/subscriptions/mail.',
    required: true,
    check: (value) =>
      /^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/.test(value)
        ? undefined
        : 'The value must have the form projects/<project>/subscriptions/<name>.',
  },
  jwksUrl: {
    description: `The address of the published keys. Only for private clouds and tests: the keys of Google are at ${GOOGLE_JWKS}.`,
    required: false,
    isUrl: true,
    check: checkDocumentUrl,
  },
} as const satisfies Record<string, SourceOption>;

/** The verification texts of both providers of pushes. */
export const PUSH_VERIFICATION = {
  secret: 'none',
  options: PUSH_OPTIONS,
  caution:
    'Google signs the sender and the audience, not the body: use an audience and a service account for this address only.',
  verify: verifyPush,
  checkSecret: (secret: string) =>
    secret === '' ? undefined : 'Pub/Sub does not sign with a secret: leave the secret empty.',
} as const satisfies Partial<Provider>;

/**
 * `Authorization: Bearer <OIDC token>`: RS256 with a key that Google publishes, for the source's audience, and from the
 * service account of the subscription. The subscription in the message must be the configured subscription.
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
      'The token is valid, but its service account is not the configured one, or its e-mail address is not verified.',
    );
  }
  const message = readPushMessage(request);
  // An unreadable body is reported when it is read.
  if (message.ok && message.subscription !== subscription) {
    return reject(
      'unexpected_sender',
      'The token is valid, but the push is from another subscription than the configured one.',
    );
  }
  return { ok: true, secretIndex: -1 };
}
