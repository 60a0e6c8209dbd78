import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { checkDocumentUrl, optionOf, requireOption } from '../provider/source-options.ts';
import type { VerificationInput } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { type TokenRules, type VerifiedToken, verifyPublishedToken, verifyToken } from './jwt.ts';
import { cacheBySecret } from './key-cache.ts';
import { usableSecrets } from './usable-secrets.ts';

const SYMMETRIC = ['HS256', 'HS384', 'HS512'];
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** RFC 7518 requires a key as long as the hash; all libraries generate 32 bytes for HS256. */
const MIN_SECRET_BYTES = 32;

const UNTELLING: ReadonlySet<string> = new Set(['no_secret', 'invalid_secret', 'invalid_signature']);

/** The options for the algorithm and the keys of the sender's tokens. */
export const CONFIGURED_TOKEN_OPTIONS = {
  algorithm: {
    description: `The accepted algorithm, one of ${[...SYMMETRIC, ...ASYMMETRIC].join(', ')}.`,
    required: true,
    check: (value: string) =>
      [...SYMMETRIC, ...ASYMMETRIC].includes(value)
        ? undefined
        : `The value must be one of ${[...SYMMETRIC, ...ASYMMETRIC].join(', ')}.`,
  },
  jwksUrl: {
    description: 'The address at which the sender publishes its keys. Not for HS256, HS384 and HS512.',
    required: false,
    isUrl: true,
    check: checkDocumentUrl,
  },
} as const;

/** The problem with the secret of a source whose secret is optional, if any. */
export function checkTokenKey(secret: string): string | undefined {
  if (secret === '') return undefined;
  const parsed = parseKey(secret);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/**
 * Verifies a token with the options `algorithm` and `jwksUrl` of its source and with its secrets: shared secrets (HS…),
 * or public keys in PEM stored as secrets. `secretIndex` is -1 for a published key.
 */
export async function verifyConfiguredToken(
  input: VerificationInput,
  token: string,
  rules: Omit<TokenRules, 'algorithms'>,
): Promise<(VerifiedToken & { readonly secretIndex: number }) | Rejection> {
  const algorithm = requireOption(input, 'algorithm');
  if (typeof algorithm !== 'string') return algorithm;
  const { request, fetchPublished } = input;
  const isSymmetric = SYMMETRIC.includes(algorithm);
  const allRules: TokenRules = { ...rules, algorithms: [algorithm] };
  const jwksUrl = optionOf(input, 'jwksUrl');
  if (jwksUrl !== undefined && !isSymmetric) {
    const verified = await verifyPublishedToken(
      token,
      jwksUrl,
      fetchPublished,
      allRules,
      request.receivedAtMs,
    );
    return verified.ok ? { ...verified, secretIndex: -1 } : verified;
  }
  let rejection: Rejection = reject('no_secret', 'The source must have a secret or the option "jwksUrl".');
  for (const { secret, secretIndex } of usableSecrets(input)) {
    const parsed = parseKey(secret);
    // A public key is not a secret: if it were used as a shared secret, everyone could sign with it.
    if ('problem' in parsed || (parsed.key.type === 'secret') !== isSymmetric) {
      if (rejection.code === 'no_secret') {
        rejection = reject('invalid_secret', 'No configured secret is a key for the configured algorithm.');
      }
      continue;
    }
    const verified = await verifyToken(token, parsed.key, allRules, request.receivedAtMs);
    if (verified.ok) return { ...verified, secretIndex };
    // A secret that signed an expired token is more informative than a secret that did not sign it.
    if (UNTELLING.has(rejection.code)) rejection = verified;
  }
  return rejection;
}

const parseKey = cacheBySecret((secret: string): { key: KeyObject } | { problem: string } => {
  if (secret.startsWith('-----BEGIN')) {
    try {
      return { key: createPublicKey(secret) };
    } catch {
      return {
        problem:
          'The secret begins like a public key in PEM, but is not one. Check that it was copied completely.',
      };
    }
  }
  return Buffer.byteLength(secret) < MIN_SECRET_BYTES
    ? { problem: `A shared secret must have at least ${MIN_SECRET_BYTES} bytes.` }
    : { key: createSecretKey(Buffer.from(secret, 'utf8')) };
});
