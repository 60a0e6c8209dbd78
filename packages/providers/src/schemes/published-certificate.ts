import { type KeyObject, X509Certificate } from 'node:crypto';
import type { FetchPublished } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { fetchDocument, KeysUnavailableError } from './published-keys.ts';

/** The document cache returns the same buffer until it has a newer document, so each document is parsed once. */
const certificates = new WeakMap<Buffer, X509Certificate>();

/**
 * The key of a published certificate, whose address the provider's code has checked. Never rejects.
 * @param atMs the time at which the certificate must be valid, in ms since 1970
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
      return reject('invalid_signature', 'The certificate of the request is not valid at this time.');
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
