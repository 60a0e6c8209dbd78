import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import type { FetchPublished } from '../provider/verification.ts';

/** A key set could not be fetched, or the document is not a key set. The message is for the operator. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  readonly code = 'keys_unavailable';
}

/** The document cache returns the same buffer until it has a newer document, so each document is parsed once. */
const keySets = new WeakMap<Buffer, LocalJWKSet>();

/**
 * The JWKS at a URL.
 * @throws KeysUnavailableError
 */
export async function fetchKeySet(
  url: string,
  fetchPublished: FetchPublished | undefined,
  options?: { readonly fresh: boolean },
): Promise<LocalJWKSet> {
  const document = await fetchDocument(url, fetchPublished, options);
  const known = keySets.get(document);
  if (known !== undefined) return known;
  try {
    const keySet = createLocalJWKSet(JSON.parse(document.toString('utf8')));
    keySets.set(document, keySet);
    return keySet;
  } catch (error) {
    throw new KeysUnavailableError(`${url} is not a JWKS.`, { cause: error });
  }
}

/** @throws KeysUnavailableError */
export async function fetchDocument(
  url: string,
  fetchPublished: FetchPublished | undefined,
  options?: { readonly fresh: boolean },
): Promise<Buffer> {
  if (fetchPublished === undefined) {
    throw new KeysUnavailableError('Fetching published keys is not set up.');
  }
  try {
    return await fetchPublished(url, options);
  } catch (error) {
    throw new KeysUnavailableError(error instanceof Error ? error.message : `Could not fetch ${url}.`, {
      cause: error,
    });
  }
}
