import { createPublicKey } from 'node:crypto';
import type { Provider } from '../provider/provider.ts';
import type { VerificationInput, VerificationResult, VerificationScheme } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { isJsonObject, valueAt } from '../request/json/json-access.ts';
import { fetchDocument, KeysUnavailableError } from './published-keys.ts';

/** The document cache returns the same buffer until it has a newer document, so each document is read once. */
type KeyReader = (document: Buffer) => readonly string[];

/**
 * A scheme whose public keys are published by the provider. All keys are tried in place of secrets. If none of them
 * matches, the document is fetched again once, because there may be a new key.
 */
export function compilePublishedScheme(
  scheme: VerificationScheme,
  documentUrl: string,
  readKeys: KeyReader,
): Pick<Provider, 'verify' | 'checkSecret' | 'secret'> {
  const read = cacheByDocument(readKeys, documentUrl);

  async function verify(input: VerificationInput): Promise<VerificationResult> {
    const { fetchPublished } = input;
    try {
      const known = await fetchDocument(documentUrl, fetchPublished);
      const verification = asPublished(scheme.verify({ ...input, secrets: read(known) }));
      if (verification.ok || verification.code !== 'invalid_signature') return verification;
      const fresh = await fetchDocument(documentUrl, fetchPublished, { fresh: true });
      return fresh === known ? verification : asPublished(scheme.verify({ ...input, secrets: read(fresh) }));
    } catch (error) {
      if (error instanceof KeysUnavailableError) return reject('keys_unavailable', error.message);
      throw error;
    }
  }

  return { verify, checkSecret: noSecretWanted, secret: 'none' };
}

/** `checkSecret` of providers that sign with published keys. */
export function noSecretWanted(secret: string): string | undefined {
  return secret === ''
    ? undefined
    : 'This provider signs with keys that it publishes: leave the secret empty.';
}

/** The Ed25519 keys of a JWKS in base64url, RSA and EC keys in PEM. Keys of other kinds are omitted. */
export function readJwks(document: Buffer): string[] {
  const keys = valueAt(JSON.parse(document.toString('utf8')), 'keys');
  if (!Array.isArray(keys)) throw new Error('The document has no list of keys.');
  return keys.flatMap((jwk) => {
    if (!isJsonObject(jwk)) return [];
    if (jwk['kty'] === 'OKP')
      return jwk['crv'] === 'Ed25519' && typeof jwk['x'] === 'string' ? [jwk['x']] : [];
    if (jwk['kty'] !== 'RSA' && jwk['kty'] !== 'EC') return [];
    return [
      createPublicKey({ key: { ...jwk }, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    ];
  });
}

function asPublished(verification: VerificationResult): VerificationResult | Rejection {
  return verification.ok ? { ok: true, secretIndex: -1 } : verification;
}

function cacheByDocument(readKeys: KeyReader, url: string): KeyReader {
  const known = new WeakMap<Buffer, readonly string[]>();
  return (document) => {
    let keys = known.get(document);
    if (keys !== undefined) return keys;
    try {
      keys = readKeys(document);
    } catch (error) {
      throw new KeysUnavailableError(`${url} must contain keys.`, { cause: error });
    }
    known.set(document, keys);
    return keys;
  };
}
