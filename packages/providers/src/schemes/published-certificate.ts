import { type KeyObject, X509Certificate } from 'node:crypto';
import type { FetchPublished } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { fetchDocument, KeysUnavailableError } from './published-keys.ts';

/** The cache of documents hands out the same buffer until there is a newer one: parsed once. */
const certificates = new WeakMap<Buffer, X509Certificate>();

/**
 * The key of a certificate that a provider publishes at an address which its code has checked. Never rejects.
 * @param atMs when the certificate must be valid, in ms since 1970
 */
export async function fetchCertificateKey(
  url: string,
  fetchPublished: FetchPublished | undefined,
  atMs: number,
): Promise<{ readonly ok: true; readonly key: KeyObject } | Rejection> {
  try {
    const document = await fetchDocument(url, fetchPublished);
    const certificate = certificates.get(document) ?? parse(document, url);
    certificates.set(document, certificate);
    if (atMs < Date.parse(certificate.validFrom) || atMs > Date.parse(certificate.validTo)) {
      return reject('invalid_signature', 'The certificate that the request names is not valid at this time.');
    }
    return { ok: true, key: certificate.publicKey };
  } catch (error) {
    if (error instanceof KeysUnavailableError) return reject('keys_unavailable', error.message);
    throw error;
  }
}

function parse(document: Buffer, url: string): X509Certificate {
  try {
    return new X509Certificate(document);
  } catch (error) {
    throw new KeysUnavailableError(`${url} is not a certificate.`, { cause: error });
  }
}
