import { createHash } from 'node:crypto';
import { parsePointer, sliceAt } from '@hookline/json';
import type { ProviderIdentity } from '../provider/event-identity.ts';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import { parseJson } from '../request/json/parse-json.ts';

/** A source's rule for repeats. Without a rule the provider's identity decides. */
export interface DedupeRule {
  /**
   * `fields`: the values at these JSON pointers, at least one of which must be present. `none`: no event is a repeat.
   */
  readonly by: 'id' | 'body' | 'fields' | 'none';
  /**
   * How long an event with the same key counts as a repeat. Default: forever for an id, otherwise the default window.
   */
  readonly windowSeconds?: number;
  /** JSON pointers into the payload. */
  readonly fields?: readonly string[];
}

/** The key by which a repeat of an event is recognised. */
export interface RepeatKey {
  /** Equal for a repeat from the same source. At most 164 characters, printable ASCII. */
  readonly key: string;
  /** How long after the first event an equal key is a repeat, in ms. Undefined: as long as the key is stored. */
  readonly windowMs: number | undefined;
}

/**
 * The repeat keys of the events of one request, in their order. Undefined: the event has no key, because there is no
 * evidence that an equal event would be a repeat. Events of one request with equal bodies are never repeats of each
 * other: a number distinguishes them.
 * @param windowMs the window if neither the source nor the provider sets one; 0: equal bodies are never repeats
 */
export function repeatKeysOf(
  events: readonly NormalizedEvent[],
  identity: ProviderIdentity,
  rule: DedupeRule | undefined,
  windowMs: number,
): readonly (RepeatKey | undefined)[] {
  let occurrences: Map<string, number> | undefined;
  return events.map((event) => {
    const found = rule === undefined ? byIdentity(event, identity, windowMs) : byRule(event, rule, windowMs);
    if (found === undefined || found.kind === 'id')
      return found && { key: found.key, windowMs: found.windowMs };
    if (found.windowMs === 0) return undefined;
    occurrences ??= new Map();
    const number = (occurrences.get(found.key) ?? 0) + 1;
    occurrences.set(found.key, number);
    return { key: number === 1 ? found.key : `${found.key}#${number}`, windowMs: found.windowMs };
  });
}

type Found = RepeatKey & { readonly kind: 'id' | 'content' };

function byIdentity(event: NormalizedEvent, identity: ProviderIdentity, windowMs: number): Found | undefined {
  const { deliveryId } = event;
  if (deliveryId !== undefined) {
    const seconds = 'uniqueSeconds' in identity ? identity.uniqueSeconds : undefined;
    return { kind: 'id', key: deliveryId, windowMs: toMs(seconds) };
  }
  const areRepeats = identity.retries === true && identity.equalBodies !== 'events';
  return areRepeats ? { kind: 'content', key: hashOfBody(event), windowMs } : undefined;
}

function byRule(event: NormalizedEvent, rule: DedupeRule, windowMs: number): Found | undefined {
  const { by, windowSeconds, fields = [] } = rule;
  if (by === 'none') return undefined;
  if (by === 'id') {
    const { deliveryId } = event;
    return deliveryId === undefined
      ? undefined
      : { kind: 'id', key: deliveryId, windowMs: toMs(windowSeconds) };
  }
  const key = by === 'body' ? hashOfBody(event) : hashOfFields(event, fields);
  return key === undefined ? undefined : { kind: 'content', key, windowMs: toMs(windowSeconds) ?? windowMs };
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** A hash of the type, the source, the event's dedupe fields and all bytes of its payload. */
function hashOfBody(event: NormalizedEvent): string {
  const fields = JSON.stringify([event.type, event.source, ...event.dedupeFields]);
  return `body:${createHash('sha256').update(fields).update('\n').update(event.payload).digest('hex')}`;
}

/**
 * A hash of the received spelling of the values, so that numbers beyond 2^53 keep their digits.
 * @returns undefined if all fields are missing: then nothing shows that two events are equal
 */
function hashOfFields({ payload }: NormalizedEvent, fields: readonly string[]): string | undefined {
  if (!parseJson(payload).ok) return undefined;
  const hash = createHash('sha256');
  let isAnyThere = false;
  for (const field of fields) {
    const slice = sliceAt(payload, parsePointer(field));
    // The length prevents two values from being read as two others.
    hash.update(slice === undefined ? '-\n' : `${slice.end - slice.start}\n`);
    if (slice === undefined) continue;
    isAnyThere = true;
    hash.update(payload.subarray(slice.start, slice.end));
  }
  return isAnyThere ? `fields:${hash.digest('hex')}` : undefined;
}
