import { eventSubject } from '@hookline/contracts';
import { headers as createHeaders } from '@nats-io/nats-core';
import { createEvent, type Harness, type PublishInput } from '../harness.ts';

/**
 * Publishes an event directly on the stream, without the checks of the publisher. Without `messageId` the stream itself
 * drops no repeats.
 * @returns the id of the event
 */
export async function publishRaw(
  harness: Pick<Harness, 'bus'>,
  input: PublishInput,
  options: { messageId?: string } = {},
): Promise<string> {
  const { attributes, payload } = createEvent(input);
  const headers = createHeaders();
  for (const [name, value] of Object.entries(attributes))
    headers.set(`ce-${name}`, encodeURIComponent(value));
  const subject = eventSubject(attributes.tenant, attributes.provider, 'raw');
  await harness.bus.jetStream.publish(subject, payload, {
    headers,
    ...(options.messageId === undefined ? {} : { msgID: options.messageId }),
  });
  return attributes.id;
}
