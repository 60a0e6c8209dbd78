import type { EventPublisher } from '@hookline/bus';
import { DEFAULT_TENANT, HOOKLINE_PROVIDER, ID_PREFIX } from '@hookline/contracts';
import { createIdFactory } from '@hookline/service';
import type { AlertMessage } from './alert-message.ts';
import { alertEventOf } from './channels/alert-event.ts';
import { failed, type Outcome, sent } from './outcome.ts';

/** Publishes alerts as events of their tenants. */
export interface EventSender {
  /**
   * @param id of the notification: a second event of it is dropped as a repeat
   * @param tenant null: the operators, whose events are those of the default tenant, as everything that they publish
   */
  send(message: AlertMessage, id: string, tenant: string | null): Promise<Outcome>;
}

const nextEventId = createIdFactory(ID_PREFIX.event);

export function createEventSender(publisher: EventPublisher, nowMs: () => number): EventSender {
  return {
    async send(message, id, tenant) {
      const { type, data } = alertEventOf(message);
      const receivedAtMs = nowMs();
      try {
        await publisher.publish({
          attributes: {
            id: nextEventId(receivedAtMs),
            type,
            source: '/hookline',
            subject: message.subject.id,
            time: message.at,
            tenant: tenant ?? DEFAULT_TENANT,
            provider: HOOKLINE_PROVIDER,
            receivedat: new Date(receivedAtMs).toISOString(),
            via: 'api',
            dedupekey: `hookline:${id}`,
          },
          payload: Buffer.from(JSON.stringify(data)),
        });
        return sent();
      } catch (error) {
        return failed(`The event could not be stored: ${(error as Error).message}`);
      }
    },
  };
}
