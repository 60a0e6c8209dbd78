import { type EventPublisher, toPublishError } from '@hookline/bus';
import type { HooklineEvent } from '@hookline/contracts';

/** @throws ApiError `not_stored` or `overloaded` when JetStream did not store the event */
export async function publishEvent(
  publisher: Pick<EventPublisher, 'publish'>,
  event: HooklineEvent,
): Promise<void> {
  try {
    await publisher.publish(event);
  } catch (error) {
    throw toPublishError(error);
  }
}
