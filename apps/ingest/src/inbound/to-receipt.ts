import type { HttpAnswer, Provider } from '@hookline/providers';
import type { AcceptedEvent } from '../events/event-acceptor.ts';
import type { SourceAnswer } from '../sources/active-source.ts';

/** Slack shows the answer of a slash command to the person who typed it, so the answer must be empty. */
const READ_BY_PROVIDER: ReadonlySet<string> = new Set(['slack']);
/** Statuses without a body in HTTP. */
const BODILESS: ReadonlySet<number> = new Set([204, 205]);

/**
 * The answer after the events are stored: the provider's answer. If the provider ignores the body, it has the event
 * ids, so that an entry in the provider's log leads to the event.
 * @param own the answer that the source is set to
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
    // The body is a tenant's text on our origin: no browser may execute it, whatever its content type.
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
