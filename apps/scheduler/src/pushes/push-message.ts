import { decodeEvent, type JsMsg, type PayloadObjects, splitBody } from '@hookline/bus';
import type { EventAttributes } from '@hookline/contracts';
import { parseBody } from '../provider-api/parse-body.ts';

/** A message of the stream PUSHES. */
export interface PushMessage {
  readonly attributes: EventAttributes & { readonly pushfor: string };
  /** JSON in UTF-8. */
  readonly payload: Uint8Array;
  /** The parsed payload. */
  readonly json: unknown;
}

/** A push of more bytes is handled alone, so that the large ones of a batch are not in memory together. */
const MAX_SHARED_BYTES = 262_144;

/** Whether the payload is large, as far as the message shows without being read. */
export function isLargePush({ headers, data }: JsMsg): boolean {
  return data.length > MAX_SHARED_BYTES || (headers?.get('ce-payloadref') ?? '') !== '';
}

/**
 * Reads a message with its payload, which is in the object store if it is large.
 * @returns undefined for a message that is no push, or whose payload is gone
 * @throws BusError `malformed_event`, `read_incomplete`
 */
export async function readPushMessage(
  message: JsMsg,
  objects: Pick<PayloadObjects, 'get'>,
): Promise<PushMessage | undefined> {
  const decoded = decodeEvent(message.headers, message.data);
  const { attributes } = decoded;
  const { pushfor, payloadref } = attributes;
  if (pushfor === undefined) return undefined;
  let payload: Uint8Array | undefined = decoded.payload;
  if (payloadref !== undefined) {
    const body = await objects.get(payloadref);
    payload = body && splitBody(attributes, body).payload;
  }
  if (payload === undefined) return undefined;
  return { attributes: { ...attributes, pushfor }, payload, json: parseBody(payload) };
}
