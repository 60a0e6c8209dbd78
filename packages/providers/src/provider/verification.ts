import type { Rejection } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';

export interface VerificationInput {
  readonly request: InboundRequest;
  /** Newest first. Every secret is tried. An empty secret is ignored. */
  readonly secrets: readonly string[];
  /**
   * The largest difference between the signed timestamp and `receivedAtMs`, in either direction. Undefined: the
   * provider's documented value; null: no limit. Has no effect where the provider signs no timestamp (GitHub, Meta).
   */
  readonly toleranceSeconds?: number | null | undefined;
  /** The source's settings beside its secrets, by the names in `Provider.options`. */
  readonly options?: Readonly<Record<string, string>>;
  /** Fetches keys that a provider publishes. Without it, a provider that needs keys rejects with `keys_unavailable`. */
  readonly fetchPublished?: FetchPublished | undefined;
  /**
   * Whether the source lists allowed addresses and this request came from one of them. The caller checks the address
   * and sets this; it never comes from the source's options. Only `allow-list` reads it.
   */
  readonly addressAllowed?: boolean;
}

/**
 * Fetches a document that a provider publishes for verification (a JWKS, a certificate), from a cache if the document
 * is cached. The address is fixed by the provider, or named by the request and checked against a list of hosts by the
 * provider's code.
 * @throws when the document cannot be fetched
 */
export type FetchPublished = (
  url: string,
  /**
   * `fresh`: fetch again, because the cached document lacks the key. Fetches are rate-limited: the cache may still
   * answer.
   */
  options?: { readonly fresh?: boolean },
) => Promise<Buffer>;

/**
 * `secretIndex`: which secret the signature matches, so that an operator can see when an old secret is no longer used.
 * -1: the signature matches a key that the provider publishes.
 */
export type VerificationResult = { readonly ok: true; readonly secretIndex: number } | Rejection;

/** A way of signing requests. The functions of `schemes/` compile a definition to one. */
export interface VerificationScheme {
  /** Never throws, whatever the request. Takes the same time for a wrong signature as for a right one. */
  verify(input: VerificationInput): VerificationResult;
  /** The problem with a secret that a person wants to store, in words for that person; undefined if it is usable. */
  checkSecret(secret: string): string | undefined;
}
