import { decodeEvent, type JsMsg } from '@hookline/bus';
import { findEventProblem, type HooklineEvent, normalizeTimestamp, timeOfId } from '@hookline/contracts';

export interface Incoming {
  message: JsMsg;
  event: HooklineEvent;
  /** The time in its id, in ms since 1970. */
  createdAtMs: number;
}

const DAY_MS = 86_400_000;
/** Back from today partitions can be made for an event; further back, or ahead, the time in its id is a mistake. */
export const MAX_AGE_DAYS = 366;
const MAX_AHEAD_DAYS = 6;

/**
 * An event as it goes into Postgres and out to endpoints. Type and times become part of a body that is put together
 * by hand, so they are checked here, by the rule that publishers keep to, and the times brought into one form: a retry,
 * which reads them from Postgres, must say the same as the first attempt. It is sent before it is stored, so what
 * Postgres would not take ends here.
 * @param nowMs the database's clock, in ms since 1970: by it partitions are made
 * @throws when the message is not an event, with what is wrong with it
 */
export function readMessage(message: JsMsg, nowMs: number): Incoming {
  const { attributes, payload, request } = decodeEvent(message.headers, message.data);
  const problem = findEventProblem(attributes);
  if (problem !== undefined) throw new Error(problem);
  const createdAtMs = timeOfId(attributes.id) as number;
  const ageDays = (nowMs - createdAtMs) / DAY_MS;
  if (ageDays > MAX_AGE_DAYS || ageDays < -MAX_AHEAD_DAYS)
    throw new Error(`ce-id is of another time: ${attributes.id}`);
  if (payload.length === 0 && attributes.payloadref === undefined) throw new Error('there is no payload');
  return {
    message,
    event: {
      attributes: {
        ...attributes,
        time: normalizeTimestamp(attributes.time),
        receivedat: normalizeTimestamp(attributes.receivedat),
      },
      payload,
      request,
    },
    createdAtMs,
  };
}
