import type { FormFields } from './form/form-fields.ts';

/** A received request. The source's configuration sets the scheme; it is never guessed from these headers. */
export interface InboundRequest {
  /** Upper-case. */
  readonly method: string;
  /**
   * Lower-case names with one value per occurrence, as in Node's `req.headersDistinct`. `req.headers` would join the
   * values of a doubled header, and a doubled signature must be detected.
   */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly query: URLSearchParams;
  /** The called address, with scheme, host and query. Some providers sign it. */
  readonly url: string;
  /** The body as received, before any parsing or decompression. Never changed by this package. */
  readonly rawBody: Buffer;
  /** The body decoded from its Content-Encoding; absent if it has none. Some senders sign it, others sign `rawBody`. */
  readonly decodedBody?: Buffer | undefined;
  /** Why the body could not be decoded, in a sentence. Reported only to a sender with a valid signature. */
  readonly encodingProblem?: string | undefined;
  /** A Content-Encoding that nobody knows. The body counts as plain, and is refused for it only if it cannot be read. */
  readonly strangeEncoding?: string | undefined;
  /** The query of a GET as a form. Set by `viewsOf`. */
  readonly form?: FormFields | undefined;
  /** When the request was received completely, in ms since 1970. Timestamps are compared with this time. */
  readonly receivedAtMs: number;
}

/** The first value of a header. Only for headers that are irrelevant to verification. */
export function headerOf(request: InboundRequest, name: string): string | undefined {
  return request.headers[name]?.[0];
}
