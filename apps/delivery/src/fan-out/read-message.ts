import { decodeEvent, type JsMsg } from '@hookline/bus';
import { type HooklineEvent, ID_PREFIX, isEventType, isId, TENANT_PATTERN } from '@hookline/contracts';

export interface Incoming {
  message: JsMsg;
  event: HooklineEvent;
  /** In the EVENTS stream. */
  sequence: number;
}

const TENANT = new RegExp(TENANT_PATTERN);

/**
 * An event as it goes into Postgres and out to endpoints. Type and times become part of a body that is put together
 * by hand, so they are checked here and the times brought into one form: a retry, which reads them from Postgres,
 * must say the same as the first attempt.
 * @throws when the message is not an event, with what is wrong with it
 */
export function readMessage(message: JsMsg): Incoming {
  const { attributes, payload } = decodeEvent(message.headers, message.data);
  if (!isId(ID_PREFIX.event, attributes.id)) throw new Error(`ce-id is not an event id: ${attributes.id}`);
  if (!isEventType(attributes.type)) throw new Error(`ce-type is not an event type: ${attributes.type}`);
  if (!TENANT.test(attributes.tenant)) throw new Error(`ce-tenant is not a tenant: ${attributes.tenant}`);
  if (payload.length === 0 && attributes.payloadref === undefined) throw new Error('there is no payload');
  return {
    message,
    event: {
      attributes: {
        ...attributes,
        time: toTime('ce-time', attributes.time),
        receivedat: toTime('ce-receivedat', attributes.receivedat),
      },
      payload,
    },
    sequence: message.seq,
  };
}

/** RFC 3339 in UTC with milliseconds. */
function toTime(name: string, text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${name} is not a time: ${text}`);
  return new Date(time).toISOString();
}
