import { createHash } from 'node:crypto';
import { parsePointer, sliceAt } from '@hookline/json';
import type { ProviderIdentity } from '../provider/event-identity.ts';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import { parseJson } from '../request/json/parse-json.ts';

/** What a source sets for its repeats. Without it the provider's identity decides. */
export interface DedupeRule {
  /** `fields`: the values at these JSON pointers, of which at least one must be there. `none`: nothing is a repeat. */
  readonly by: 'id' | 'body' | 'fields' | 'none';
  /** How long after an event its like counts as its repeat. Default: for an id for ever, else the default window. */
  readonly windowSeconds?: number;
  /** JSON pointers into the payload. */
  readonly fields?: readonly string[];
}

/** What a repeat of an event is recognised by. */
export interface RepeatKey {
  /** The same for a repeat from the same source. At most 164 characters, printable ASCII. */
  readonly key: string;
  /** How long after the first event an equal key is a repeat, in ms. Undefined: as long as the key is kept. */
  readonly windowMs: number | undefined;
}

/**
 * What repeats of the events of one request are recognised by, in their order. Undefined: by nothing, because there is
 * no evidence that a like event would be a repeat. Events of one request are never repeats of each other by their
 * bodies: those that are alike are told apart by their number.
 * @param windowMs the window where neither the source nor the provider says one; 0: equal bodies are never repeats
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

/** Of type, source, the event's own fields and all bytes of its payload. */
function hashOfBody(event: NormalizedEvent): string {
  const fields = JSON.stringify([event.type, event.source, ...event.dedupeFields]);
  return `body:${createHash('sha256').update(fields).update('\n').update(event.payload).digest('hex')}`;
}

/**
 * Of the values as they were written, so that numbers beyond 2^53 keep their digits.
 * @returns undefined if none of the fields is there: nothing says that two such events are one
 */
function hashOfFields({ payload }: NormalizedEvent, fields: readonly string[]): string | undefined {
  if (!parseJson(payload).ok) return undefined;
  const hash = createHash('sha256');
  let isAnyThere = false;
  for (const field of fields) {
    const slice = sliceAt(payload, parsePointer(field));
    // The length keeps two values from being read as two others.
    hash.update(slice === undefined ? '-\n' : `${slice.end - slice.start}\n`);
    if (slice === undefined) continue;
    isAnyThere = true;
    hash.update(payload.subarray(slice.start, slice.end));
  }
  return isAnyThere ? `fields:${hash.digest('hex')}` : undefined;
}
