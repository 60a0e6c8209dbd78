import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { interpretJsonObject } from '../interpret-json.ts';
import { idAt, textAt, valueAt } from '../json/json-access.ts';
import { emptyOkWithin, type Provider, type Verification, type VerificationInput } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import { readToken, type TokenRules, verifyPublishedToken, verifyToken } from '../schemes/jwt.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { usableSecrets } from '../schemes/usable-secrets.ts';
import { checkDocumentUrl, optionOf, requireOption } from '../source-options.ts';
import { toTimeMs } from '../times.ts';

const SYMMETRIC = ['HS256', 'HS384', 'HS512'];
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const SKEW_SECONDS = 60;
/** RFC 7518 wants a key as long as the hash; 32 bytes are what all libraries make for HS256. */
const MIN_SECRET_BYTES = 32;

/**
 * Any sender that authenticates with a JWT in `Authorization: Bearer`. The algorithm is the source's, not the token's.
 * The key is the secret (HS…), a public key in PEM in its place, or one of a published JWKS.
 */
export const jwt: Provider = {
  id: 'jwt',
  name: 'JWT bearer',
  evidence: ['official-docs'],
  setup: [
    'Find out with which algorithm the sender signs its tokens, and store it here as the option "algorithm".',
    'HS256 and its kin: store the shared secret. All others: store the public key in PEM as the secret, or where the keys are published as the option "jwksUrl".',
    'Store the issuer and the audience of the tokens, and give the sender the address of this source.',
  ],
  documentation: 'https://www.rfc-editor.org/rfc/rfc7519',
  secret: 'optional',
  options: {
    algorithm: {
      description: `The one algorithm that is accepted: ${[...SYMMETRIC, ...ASYMMETRIC].join(', ')}.`,
      required: true,
      check: (value) =>
        [...SYMMETRIC, ...ASYMMETRIC].includes(value) ? undefined : 'It is none of the known algorithms.',
    },
    issuer: { description: 'What the claim "iss" must be.', required: true },
    audience: { description: 'What the claim "aud" must be or contain.', required: true },
    jwksUrl: {
      description: 'Where the sender publishes its keys. Not for HS256 and its kin.',
      required: false,
      check: checkDocumentUrl,
    },
  },
  caution: 'The token says who sends, not what: the body is not covered by a signature.',
  verify,
  checkSecret: (secret) => {
    if (secret === '') return undefined;
    const parsed = parseKey(secret);
    return 'problem' in parsed ? parsed.problem : undefined;
  },
  interpret: interpretJsonObject((body) => {
    const type = textAt(body, 'type') ?? textAt(body, 'event') ?? 'event';
    return {
      provider: 'jwt',
      type: [type],
      source: [textAt(body, 'source')],
      subject: textAt(body, 'subject'),
      timeMs: toTimeMs(valueAt(body, 'time') ?? valueAt(body, 'timestamp')),
      deliveryId: idAt(body, 'id'),
      dedupeFields: [type],
    };
  }),
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: ['jwt.event'],
};

const parseKey = cacheBySecret((secret: string): { key: KeyObject } | { problem: string } => {
  if (secret.startsWith('-----BEGIN')) {
    try {
      return { key: createPublicKey(secret) };
    } catch {
      return { problem: 'It begins as a public key in PEM, but cannot be read as one. Was it copied whole?' };
    }
  }
  return Buffer.byteLength(secret) < MIN_SECRET_BYTES
    ? { problem: `A shared secret needs at least ${MIN_SECRET_BYTES} bytes.` }
    : { key: createSecretKey(Buffer.from(secret, 'utf8')) };
});

async function verify(input: VerificationInput): Promise<Verification> {
  const algorithm = requireOption(input, 'algorithm');
  if (typeof algorithm !== 'string') return algorithm;
  const issuer = requireOption(input, 'issuer');
  if (typeof issuer !== 'string') return issuer;
  const audience = requireOption(input, 'audience');
  if (typeof audience !== 'string') return audience;
  const { request, fetchPublished } = input;
  const token = readToken(request, 'authorization');
  if (typeof token !== 'string') return token;
  const isSymmetric = SYMMETRIC.includes(algorithm);
  const rules: TokenRules = {
    algorithms: [algorithm],
    issuer,
    audience,
    skewSeconds: input.toleranceSeconds ?? SKEW_SECONDS,
    requireExpiry: true,
  };

  const jwksUrl = optionOf(input, 'jwksUrl');
  if (jwksUrl !== undefined && !isSymmetric) {
    const verified = await verifyPublishedToken(token, jwksUrl, fetchPublished, rules, request.receivedAtMs);
    return verified.ok ? { ok: true, secretIndex: -1 } : verified;
  }
  let rejection: Rejection = reject('no_secret', 'There is neither a secret nor a "jwksUrl" to verify with.');
  for (const { secret, secretIndex } of usableSecrets(input)) {
    const parsed = parseKey(secret);
    // A public key is no secret: used as one, everybody could sign with it.
    if ('problem' in parsed || (parsed.key.type === 'secret') !== isSymmetric) {
      if (rejection.code === 'no_secret') {
        rejection = reject('invalid_secret', 'No configured secret is a key for the configured algorithm.');
      }
      continue;
    }
    const verified = await verifyToken(token, parsed.key, rules, request.receivedAtMs);
    if (verified.ok) return { ok: true, secretIndex };
    rejection = verified;
  }
  return rejection;
}
