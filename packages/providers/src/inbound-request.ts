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
  /** The body before any parsing or decompression: what the sender signed. Never changed by this package. */
  readonly rawBody: Buffer;
  /** When the whole request was here, in ms since 1970. Timestamps are compared with it. */
  readonly receivedAtMs: number;
}

/** The first value of a header; for headers that decide nothing about trust. */
export function headerOf(request: InboundRequest, name: string): string | undefined {
  return request.headers[name]?.[0];
}

/** Whether the body says of itself that it is an HTML form. Anything else is taken for JSON. */
export function isForm(request: InboundRequest): boolean {
  const mediaType = headerOf(request, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  return mediaType === 'application/x-www-form-urlencoded';
}
