import { eventSubject } from '@hookline/contracts';
import { headers as createHeaders } from '@nats-io/nats-core';
import { createEvent, type Harness, type PublishInput } from '../harness.ts';

/**
 * Straight onto the stream, past the checks of whoever publishes and the stream's own window for repeats.
 * @returns the event's id
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
