import type { FormFields } from './form/form-fields.ts';

/** A request as it came in. The scheme is fixed by the source's configuration, never guessed from these headers. */
export interface InboundRequest {
  /** Upper-case. */
  readonly method: string;
  /**
   * Names lower-case, each occurrence of a header by itself, as Node's `req.headersDistinct` gives them:
   * `req.headers` joins what was sent twice, and a doubled signature must be seen.
   */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly query: URLSearchParams;
  /** As the provider called it, with scheme, host and query: some sign it. */
  readonly url: string;
  /** The body as received, before any parsing or decompression. Never changed by this package. */
  readonly rawBody: Buffer;
  /** The body without its Content-Encoding; absent where it has none. Some senders sign it, and others `rawBody`. */
  readonly decodedBody?: Buffer | undefined;
  /** Why the Content-Encoding could not be undone, in a sentence. Told only to a sender whose signature is right. */
  readonly encodingProblem?: string | undefined;
  /** What stands in the place of a form's body: the query of a GET. Set by `viewsOf`. */
  readonly form?: FormFields | undefined;
  /** When the whole request was here, in ms since 1970. Timestamps are compared with it. */
  readonly receivedAtMs: number;
}

/** The first value of a header; for headers that decide nothing about trust. */
export function headerOf(request: InboundRequest, name: string): string | undefined {
  return request.headers[name]?.[0];
}
