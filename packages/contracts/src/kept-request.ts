/** A header of a kept request. */
export interface KeptHeader {
  /** Lower-case. */
  name: string;
  /** As it was sent; with `isSealed` the sealed form of that. */
  value: string;
  /** It is a secret, such as a bearer token: kept sealed, and shown to nobody. */
  isSealed: boolean;
}

/**
 * The HTTP request that brought an event, as the provider sent it. Left out of it are the headers of the connection,
 * cookies, and the addresses of this installation's proxies.
 */
export interface KeptRequest {
  method: string;
  /** Scheme and host under which the provider knows this installation, such as `https://hooks.example.com`. */
  origin: string;
  /** The path of the address that was called: up to here it is this installation's own. */
  path: string;
  /** What the provider appended to that path: empty, or beginning with `/`. */
  pathSuffix: string;
  /** As it was sent, without the question mark; with `isQuerySealed` the sealed form of that. */
  query: string;
  /** A secret is in the query. */
  isQuerySealed: boolean;
  /** In the order in which they were sent; a header that was sent twice is there twice. */
  headers: readonly KeptHeader[];
  /** Names of the headers that did not fit into MAX_KEPT_HEADER_BYTES. */
  headersLeftOut: readonly string[];
  /** The bytes that were sent. Undefined: they are the event's payload. */
  body: Uint8Array | undefined;
}

/** Of a kept request's headers, names and values together. */
export const MAX_KEPT_HEADER_BYTES = 32_768;

/** Methods of requests that are kept and can be sent on. */
export const KEPT_METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE', 'HEAD', 'OPTIONS'] as const;
export type KeptMethod = (typeof KEPT_METHODS)[number];
