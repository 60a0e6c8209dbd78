/** An answer of a provider that a handler throws: an error, a redirect, or 304. */
export class Answer extends Error {
  override readonly name = 'Answer';
  readonly status: number;
  /** Sent as JSON unless it is text. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`An answer with status ${status}.`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}
