export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a stored event, and how long the provider waits for it. */
export type TimedAnswer = HttpAnswer & { readonly deadlineMs: number };

/** Statuses to which a provider reacts with more than a retry or a dropped request. */
export interface HarmfulStatuses {
  /** The provider's reaction to each status, in a sentence: `410: 'deletes the subscription'`. */
  readonly effects: Readonly<Record<number, string>>;
  /** The status of a refusal that would otherwise have a harmful one. */
  readonly instead: number;
}

const EMPTY_OK: HttpAnswer = { status: 200, headers: {}, body: '' };

/** The answer that most providers expect: an empty 200 within the deadline. */
export function emptyOkWithin(deadlineMs: number): TimedAnswer {
  return { ...EMPTY_OK, deadlineMs };
}

/**
 * Returns a text from the request to its sender, as plain text that no browser renders as a page. The caller limits
 * its length.
 */
export function echoAnswer(body: string): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body,
  };
}
