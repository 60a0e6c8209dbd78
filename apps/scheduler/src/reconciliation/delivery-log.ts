import { identifierAt, parsePointer, pointedValue, sliceAt } from '@hookline/json';
import {
  type DeliveryLogSpecification,
  getProvider,
  type InboundRequest,
  type NormalizedEvent,
  repeatKeysOf,
} from '@hookline/providers';
import type { ReadValue } from '../polls/read-pages.ts';
import { isSuccess } from '../provider-api/answer-status.ts';

/** One attempt in a provider's log of deliveries. */
export interface LogEntry {
  /** Its id in the log; later entries have higher ids. */
  readonly logId: string;
  /** The id that the receiver saw, the same for every attempt. */
  readonly deliveryId: string;
  readonly status: number;
  readonly statusText: string;
  readonly atMs: number;
  /** The provider sent it once more because someone asked for that. */
  readonly isRepeat: boolean;
}

/** A delivery with its attempts, of which the last counts. */
export interface LoggedDelivery {
  readonly deliveryId: string;
  readonly last: LogEntry;
  /** The provider got a success for one of its attempts. */
  readonly succeeded: boolean;
  /** All of the attempts are repeats: the first attempt was counted before. */
  readonly isRepeat: boolean;
}

/** @returns undefined for an item without an id or a time */
export function toLogEntry({ value, bytes }: ReadValue, log: DeliveryLogSpecification): LogEntry | undefined {
  const at = (pointer: string) => pointedValue(value, parsePointer(pointer));
  const logId = identifierAt(bytes, value, log.id);
  const deliveryId = identifierAt(bytes, value, log.deliveryId);
  const atMs = Date.parse(String(at(log.deliveredAt)));
  if (logId === undefined || !/^\d{1,20}$/.test(logId) || deliveryId === undefined || Number.isNaN(atMs))
    return undefined;
  const status = at(log.status);
  return {
    logId,
    deliveryId,
    status: typeof status === 'number' ? status : 0,
    statusText: String(at(log.statusText) ?? ''),
    atMs,
    isRepeat: at(log.isRepeat) === true,
  };
}

/** Compares decimal ids of any length. */
export function compareLogIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** The deliveries of the entries, by the id of their last attempt, the oldest first. */
export function toDeliveries(entries: readonly LogEntry[]): LoggedDelivery[] {
  const byDelivery = new Map<string, LoggedDelivery>();
  for (const entry of entries) {
    const before = byDelivery.get(entry.deliveryId);
    const isLater = before === undefined || compareLogIds(entry.logId, before.last.logId) > 0;
    byDelivery.set(entry.deliveryId, {
      deliveryId: entry.deliveryId,
      last: isLater ? entry : before.last,
      succeeded: (before?.succeeded ?? false) || isSuccess(entry.status),
      isRepeat: (before?.isRepeat ?? true) && entry.isRepeat,
    });
  }
  return [...byDelivery.values()].sort((a, b) => compareLogIds(a.last.logId, b.last.logId));
}

/** Why a delivery did not arrive, by the provider's log. */
export function reasonOf({ last }: Pick<LoggedDelivery, 'last'>): string {
  if (isSuccess(last.status)) return 'answered with a success, and not received';
  return last.status > 0 ? `answered ${last.status}` : last.statusText.toLowerCase() || 'not answered';
}

/** An event of a delivery, and the key by which ingest would have known it. */
export interface DeliveredEvent {
  readonly event: NormalizedEvent;
  readonly key: string | undefined;
}

/**
 * Reads a delivery as ingest would have read the request. It is not verified: it comes from the provider's own API. The
 * payload is a part of the answer's bytes, with the digits and the spelling that the provider gave it.
 * @returns undefined if it is no delivery, or not an event
 */
export function readDelivery(
  provider: string,
  { value, bytes }: ReadValue,
  log: DeliveryLogSpecification,
): DeliveredEvent[] | undefined {
  const definition = getProvider(provider);
  const headers = pointedValue(value, parsePointer(log.headers));
  const payload = pointedValue(value, parsePointer(log.payload));
  const slice = sliceAt(bytes, parsePointer(log.payload));
  if (definition === undefined || typeof headers !== 'object' || headers === null) return undefined;
  if (typeof payload !== 'object' || payload === null || slice === undefined) return undefined;
  const request: InboundRequest = {
    method: 'POST',
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [String(value)]]),
    ),
    url: '',
    query: new URLSearchParams(),
    // The log has the body as an object, also if it was sent as a form.
    rawBody: bytes.subarray(slice.start, slice.end),
    receivedAtMs: 0,
  };
  const asJson = { ...request, headers: { ...request.headers, 'content-type': ['application/json'] } };
  const interpretation = definition.interpret(asJson);
  if (!interpretation.ok || !('events' in interpretation)) return undefined;
  const keys = repeatKeysOf(interpretation.events, definition.identity, undefined, 0);
  return interpretation.events.map((event, index) => ({ event, key: keys[index]?.key }));
}
