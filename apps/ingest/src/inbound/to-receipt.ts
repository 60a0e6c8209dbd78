import type { HttpAnswer, Provider } from '@hookline/providers';
import type { StoredOutcome } from '../events/event-store.ts';

/** Slack shows what a slash command is answered with to the person who typed it: nothing of ours may be there. */
const READ_BY_PROVIDER: ReadonlySet<string> = new Set(['slack']);

/**
 * What the sender is told once its events are stored: the provider's answer, and, where the provider leaves the body
 * to us, the ids, so that a delivery in its log leads to the event here.
 */
export function toReceipt(
  provider: Provider,
  answer: HttpAnswer,
  stored: readonly StoredOutcome[],
): HttpAnswer {
  const [first] = stored;
  const headers: Record<string, string> = { ...answer.headers };
  if (first) headers['hookline-event-id'] = first.id;
  if (answer.body !== '' || answer.status === 204 || READ_BY_PROVIDER.has(provider.id)) {
    return { status: answer.status, headers, body: answer.body };
  }
  headers['content-type'] = 'application/json; charset=utf-8';
  return {
    status: answer.status,
    headers,
    body: JSON.stringify({
      received: true,
      ...(first ? { id: first.id } : {}),
      ...(stored.length > 1 ? { ids: stored.map(({ id }) => id) } : {}),
      ...(first && stored.every(({ duplicate }) => duplicate) ? { duplicate: true } : {}),
    }),
  };
}
