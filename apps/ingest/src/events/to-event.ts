import {
  EARLIEST_TIME_MS,
  type EventAttributes,
  type EventVia,
  type HooklineEvent,
  LATEST_TIME_MS,
} from '@hookline/contracts';
import type { ControlMessage } from '@hookline/providers';
import { traceparentOf } from './traceparent.ts';

/** What is known of an event before it has an id. */
export interface EventDraft {
  type: string;
  source: string;
  subject?: string | undefined;
  /** When it happened, in ms since 1970, where the sender says so. */
  timeMs?: number | undefined;
  tenant: string;
  provider: string;
  providerDeliveryId?: string | undefined;
  action?: string | undefined;
  repository?: string | undefined;
  via: EventVia;
  dedupeKey: string;
  /** How long after the first an equal key is a repeat, in ms. Undefined: as long as events are kept. */
  dedupeWindowMs?: number | undefined;
  /** What the event says of the subscription itself. */
  control?: ControlMessage | undefined;
  /** The request's header as it came. */
  traceparent: string | undefined;
  /** How often it has come through this installation, as the attribute has it. */
  hops?: string | undefined;
  receivedAtMs: number;
  payload: Uint8Array;
  request?: DraftRequest | undefined;
}

/** The kept request of an event. */
export interface DraftRequest {
  /** Encoded. */
  bytes: Buffer;
  /** Of a request that brought several events. */
  id: string | undefined;
  /** Where it is kept once for all of them; undefined: it travels with each. */
  ref: string | undefined;
}

/** A sender's clock may be wrong; an event from a later day would be in the way of everything that sorts by time. */
const MAX_FUTURE_MS = 86_400_000;

/** Not NaN, and in the years that can be written. */
const isBelievable = (timeMs: number, receivedAtMs: number) =>
  timeMs >= EARLIEST_TIME_MS && timeMs <= Math.min(LATEST_TIME_MS, receivedAtMs + MAX_FUTURE_MS);

let lastMs = Number.NaN;
let lastText = '';

/** Under load many events come within a millisecond, and printing its time takes longer than all else here. */
function toReceiptTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastText = new Date(ms).toISOString();
  }
  return lastText;
}

export function toEvent(id: string, draft: EventDraft): HooklineEvent {
  const receivedAt = toReceiptTime(draft.receivedAtMs);
  const { timeMs } = draft;
  const attributes: EventAttributes = {
    id,
    type: draft.type,
    source: draft.source,
    time:
      timeMs !== undefined && isBelievable(timeMs, draft.receivedAtMs)
        ? new Date(timeMs).toISOString()
        : receivedAt,
    tenant: draft.tenant,
    provider: draft.provider,
    receivedat: receivedAt,
    via: draft.via,
    dedupekey: draft.dedupeKey,
    traceparent: traceparentOf(draft.traceparent),
  };
  if (draft.dedupeWindowMs !== undefined) attributes.dedupewindow = String(draft.dedupeWindowMs);
  if (draft.subject !== undefined) attributes.subject = draft.subject;
  if (draft.providerDeliveryId !== undefined) attributes.deliveryid = draft.providerDeliveryId;
  if (draft.action !== undefined) attributes.action = draft.action;
  if (draft.repository !== undefined) attributes.repository = draft.repository;
  if (draft.hops !== undefined) attributes.hookhops = draft.hops;
  if (draft.control !== undefined) {
    attributes.hookcontrol = draft.control.kind;
    if (draft.control.reason !== undefined) attributes.hookcontrolreason = draft.control.reason;
  }
  const { payload, request } = draft;
  if (request === undefined) return { attributes, payload };
  if (request.id !== undefined) attributes.requestid = request.id;
  if (request.ref === undefined) attributes.requestbytes = String(request.bytes.length);
  else attributes.requestref = request.ref;
  return { attributes, payload, request: request.bytes };
}
