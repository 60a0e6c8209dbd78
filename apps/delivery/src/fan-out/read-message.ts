import { decodeEvent, type JsMsg } from '@hookline/bus';
import {
  type HooklineEvent,
  ID_PREFIX,
  isEventType,
  isId,
  TENANT_PATTERN,
  timeOfId,
} from '@hookline/contracts';

export interface Incoming {
  message: JsMsg;
  event: HooklineEvent;
  /** The time in its id, in ms since 1970. */
  createdAtMs: number;
}

const TENANT = new RegExp(TENANT_PATTERN);
const DAY_MS = 86_400_000;
/** Back from today partitions can be made for an event; further back, or ahead, the time in its id is a mistake. */
export const MAX_AGE_DAYS = 366;
const MAX_AHEAD_DAYS = 6;

/**
 * An event as it goes into Postgres and out to endpoints. Type and times become part of a body that is put together
 * by hand, so they are checked here and the times brought into one form: a retry, which reads them from Postgres,
 * must say the same as the first attempt. It is sent before it is stored, so what Postgres would not take ends here.
 * @throws when the message is not an event, with what is wrong with it
 */
export function readMessage(message: JsMsg): Incoming {
  const { attributes, payload } = decodeEvent(message.headers, message.data);
  if (!isId(ID_PREFIX.event, attributes.id)) throw new Error(`ce-id is not an event id: ${attributes.id}`);
  const createdAtMs = timeOfId(attributes.id) as number;
  const ageDays = (Date.now() - createdAtMs) / DAY_MS;
  if (ageDays > MAX_AGE_DAYS || ageDays < -MAX_AHEAD_DAYS)
    throw new Error(`ce-id is of another time: ${attributes.id}`);
  for (const [name, value] of Object.entries(attributes))
    if (value?.includes('\0')) throw new Error(`ce-${name} holds a NUL`);
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
    createdAtMs,
  };
}

/** RFC 3339 in UTC with milliseconds. */
function toTime(name: string, text: string): string {
  const time = new Date(text);
  const year = time.getUTCFullYear();
  // NaN, too
  if (!(year >= 1 && year <= 9999)) throw new Error(`${name} is not a time: ${text}`);
  return time.toISOString();
}
