import type { HttpAnswer, Provider } from '@hookline/providers';
import type { AcceptedEvent } from '../events/event-acceptor.ts';
import type { SourceAnswer } from '../sources/active-source.ts';

/** Slack shows what a slash command is answered with to the person who typed it: nothing of ours may be there. */
const READ_BY_PROVIDER: ReadonlySet<string> = new Set(['slack']);
/** Answers that HTTP allows no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205]);

/**
 * What the sender is told once its events are stored: the provider's answer, and, where the provider leaves the body
 * to us, the ids, so that a delivery in its log leads to the event here.
 * @param own what the source is set to answer instead
 */
export function toReceipt(
  provider: Provider,
  answer: HttpAnswer,
  stored: readonly AcceptedEvent[],
  own?: SourceAnswer,
): HttpAnswer {
  const [first] = stored;
  const headers: Record<string, string> = { ...answer.headers };
  if (first) headers['hookline-event-id'] = first.id;
  if (own) {
    // A tenant's text on our origin: whatever it says of itself, no browser may run it.
    headers['x-content-type-options'] = 'nosniff';
    headers['content-security-policy'] = "default-src 'none'; sandbox";
    if (own.body !== undefined) {
      headers['content-type'] = own.contentType ?? 'text/plain; charset=utf-8';
      return { status: own.status, headers, body: own.body };
    }
  }
  const status = own?.status ?? answer.status;
  if (BODILESS.has(status)) return { status, headers, body: '' };
  if (answer.body !== '' || READ_BY_PROVIDER.has(provider.id)) {
    return { status, headers, body: answer.body };
  }
  headers['content-type'] = 'application/json; charset=utf-8';
  return {
    status,
    headers,
    body: JSON.stringify({
      received: true,
      ...(first ? { id: first.id } : {}),
      ...(stored.length > 1 ? { ids: stored.map(({ id }) => id) } : {}),
      ...(first && stored.every(({ duplicate }) => duplicate) ? { duplicate: true } : {}),
    }),
  };
}
