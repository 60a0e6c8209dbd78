import { type EventAttributes, type HooklineEvent, ID_PREFIX } from '@hookline/contracts';
import { ulid } from 'ulid';

/** An event like one from ingest; its id is its dedupe key unless one is given. */
export function makeEvent(
  attributes: Partial<EventAttributes> = {},
  payload: Uint8Array = Buffer.from('{}'),
): HooklineEvent {
  const id = `${ID_PREFIX.event}_${ulid()}`;
  const now = new Date().toISOString();
  return {
    attributes: {
      id,
      type: 'github.push',
      source: '/github/acme/api',
      time: now,
      tenant: 'acme',
      provider: 'github',
      receivedat: now,
      via: 'webhook',
      dedupekey: id,
      ...attributes,
    },
    payload,
  };
}

export function makeEvents(count: number, attributes: Partial<EventAttributes> = {}): HooklineEvent[] {
  return Array.from({ length: count }, () => makeEvent(attributes));
}
