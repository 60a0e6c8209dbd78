import { decodeEvent, type JsMsg } from '@hookline/bus';
import { findEventProblem, type HooklineEvent, normalizeTimestamp, timeOfId } from '@hookline/contracts';

export interface Incoming {
  message: JsMsg;
  event: HooklineEvent;
  /** The time in its id, in ms since 1970. */
  createdAtMs: number;
}

const DAY_MS = 86_400_000;
/** Partitions can be created for so many days back; an event whose id is older, or from the future, is an error. */
export const MAX_AGE_DAYS = 366;
const MAX_AHEAD_DAYS = 6;

/**
 * Reads an event from a message. The body of a request is assembled from its type and times as text, so they are
 * checked here, and the times converted to one format: a retry, which reads them from Postgres, must send the same body
 * as the first attempt. The event is sent before it is stored, so values that Postgres cannot store are refused here.
 * @param nowMs the database's clock, in ms since 1970, by which partitions are created
 * @throws when the message is not an event, with the reason
 */
export function readMessage(message: JsMsg, nowMs: number): Incoming {
  const { attributes, payload, request } = decodeEvent(message.headers, message.data);
  const problem = findEventProblem(attributes);
  if (problem !== undefined) throw new Error(problem);
  const createdAtMs = timeOfId(attributes.id) as number;
  const ageDays = (nowMs - createdAtMs) / DAY_MS;
  if (ageDays > MAX_AGE_DAYS || ageDays < -MAX_AHEAD_DAYS)
    throw new Error(`the time in ce-id is too old or in the future: ${attributes.id}`);
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
