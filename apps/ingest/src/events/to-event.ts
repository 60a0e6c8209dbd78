import {
  EARLIEST_TIME_MS,
  type EventAttributes,
  type EventVia,
  type HooklineEvent,
  LATEST_TIME_MS,
} from '@hookline/contracts';
import type { ControlMessage } from '@hookline/providers';
import { traceparentOf } from './traceparent.ts';

/** The content of an event before it has an id. */
export interface EventDraft {
  type: string;
  source: string;
  subject?: string | undefined;
  /** Time of the event in ms since 1970, if the sender gives one. */
  timeMs?: number | undefined;
  tenant: string;
  provider: string;
  providerDeliveryId?: string | undefined;
  action?: string | undefined;
  repository?: string | undefined;
  via: EventVia;
  dedupeKey: string;
  /** Dedupe window in ms. Undefined: as long as events are stored. */
  dedupeWindowMs?: number | undefined;
  /** The state of the provider's subscription that the event reports. */
  control?: ControlMessage | undefined;
  /** The request's header, unchanged. */
  traceparent: string | undefined;
  /** How often the event has passed through this installation, in the attribute's format. */
  hops?: string | undefined;
  receivedAtMs: number;
  payload: Uint8Array;
  request?: DraftRequest | undefined;
  /** The OAuth application or the connection, if this is a push for the scheduler and not yet an event. */
  pushFor?: string | undefined;
}

/** The kept request of an event. */
export interface DraftRequest {
  /** Encoded. */
  bytes: Buffer;
  /** Set for a request that brought several events. */
  id: string | undefined;
  /** Object-store key, if the request is stored once for all its events. Undefined: each event has it. */
  ref: string | undefined;
}

/** A sender's clock may be wrong, and a time on a later day would disturb everything that sorts by time. */
const MAX_FUTURE_MS = 86_400_000;

/** Not NaN, and within the years that can be written. */
const isBelievable = (timeMs: number, receivedAtMs: number) =>
  timeMs >= EARLIEST_TIME_MS && timeMs <= Math.min(LATEST_TIME_MS, receivedAtMs + MAX_FUTURE_MS);

let lastMs = Number.NaN;
let lastText = '';

/**
 * Cache: under load many events have the same millisecond, and formatting the time takes longer than everything else
 * here.
 */
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
  if (draft.pushFor !== undefined) attributes.pushfor = draft.pushFor;
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
