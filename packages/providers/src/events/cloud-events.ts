import { arrayItems, beginsArray, rootSlice } from '@hookline/json';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { isJsonObject } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { createEvent } from './create-event.ts';
import { toTimeMsOf } from './times.ts';

/**
 * The events of a body in the batched mode of CloudEvents, from any provider: an array of CloudEvents, each with its
 * own type, id, time and subject. Undefined for any other body.
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md#4-json-batch-format
 */
export function readCloudEvents(
  { id: provider, cloudEvents: members = {} }: Pick<Provider, 'id' | 'cloudEvents'>,
  { rawBody }: InboundRequest,
): readonly NormalizedEvent[] | undefined {
  if (!beginsArray(rawBody)) return undefined;
  const parsed = parseJson(rawBody);
  if (!parsed.ok || !Array.isArray(parsed.value) || parsed.value.length === 0) return undefined;
  const items: readonly unknown[] = parsed.value;
  if (!items.every(isCloudEvent)) return undefined;
  return arrayItems(rawBody, rootSlice(rawBody)).map(({ start, end }, index) => {
    const event = items[index] as CloudEvent;
    const { id, source, type, time } = event;
    return createEvent({
      provider,
      type: [withoutOwner(type, provider)],
      // A path may begin with a slash.
      source: (textOf(event, members.source) ?? source).split('/').filter((part) => part !== ''),
      subject: textOf(event, members.subject ?? 'subject'),
      timeMs: toTimeMsOf('iso', time),
      // According to the specification, source and id together are unique.
      deliveryId: `${source} ${id}`,
      dedupeFields: [type, source, id],
      payload: rawBody.subarray(start, end),
    });
  });
}

interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time?: unknown;
}

function textOf(event: CloudEvent, name: string | undefined): string | undefined {
  const value: unknown = name === undefined ? undefined : event[name as keyof CloudEvent];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isCloudEvent(value: unknown): value is CloudEvent {
  if (!isJsonObject(value)) return false;
  return ['specversion', 'id', 'source', 'type'].every((name) => {
    const member = value[name];
    return typeof member === 'string' && member !== '';
  });
}

/** `com.twilio.messaging.message.sent` becomes `messaging.message.sent`: the type begins with the provider already. */
function withoutOwner(type: string, provider: string): string {
  const [domain, owner, ...rest] = type.split('.');
  return domain !== undefined && rest.length > 0 && owner?.toLowerCase() === provider ? rest.join('.') : type;
}
