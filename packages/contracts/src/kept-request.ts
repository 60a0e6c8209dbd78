/** A header of a kept request. */
export interface KeptHeader {
  /** Lower-case. */
  name: string;
  /** The value as it was sent, or its encrypted form if `isSealed`. */
  value: string;
  /** Whether the value is a secret, such as a bearer token: stored encrypted and never shown. */
  isSealed: boolean;
}

/**
 * The HTTP request that brought an event, as the provider sent it, without connection headers, cookies and the
 * addresses of this installation's proxies.
 */
export interface KeptRequest {
  method: string;
  /** Scheme and host by which the provider calls this installation, such as `https://hooks.example.com`. */
  origin: string;
  /** The path of the source's address, without `pathSuffix`. */
  path: string;
  /** Path that the provider appended to the source's address: empty, or beginning with `/`. */
  pathSuffix: string;
  /** The query as it was sent, without the question mark, or its encrypted form if `isQuerySealed`. */
  query: string;
  /** Whether the query contains a secret. */
  isQuerySealed: boolean;
  /** Headers in the order in which they were sent; a repeated header appears repeatedly. */
  headers: readonly KeptHeader[];
  /** Names of the headers beyond MAX_KEPT_HEADER_BYTES. */
  headersLeftOut: readonly string[];
  /** The bytes of the body. Undefined: they are the event's payload. */
  body: Uint8Array | undefined;
}

/** Largest size of a kept request's headers, names and values together. */
export const MAX_KEPT_HEADER_BYTES = 32_768;

/** Methods of requests that are stored and can be sent on. */
export const KEPT_METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE', 'HEAD', 'OPTIONS'] as const;
export type KeptMethod = (typeof KEPT_METHODS)[number];
