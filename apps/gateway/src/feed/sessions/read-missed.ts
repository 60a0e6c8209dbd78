import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Bus, decodeEvent, readEvents, streamIncarnation } from '@hookline/bus';
import {
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
  FEED_LIMITS,
  type FeedGapReason,
  formatCursor,
  toSubjectToken,
} from '@hookline/contracts';
import { type CompiledFeedFilter, matchesFeedFilter } from '../hub/compile-feed-filter.ts';
import { createEventFrame, type EventFrame } from '../hub/event-frame.ts';
import type { RecentEvent } from '../hub/recent-events.ts';

export interface MissedRange {
  incarnation: string;
  /** The sequence of the client's cursor. */
  after: number;
  /** The last sequence to read. Later events reach the subscription live. */
  to: number;
}

export type Missed = { frames: EventFrame[] } | { gap: FeedGapReason };

/** How many events are read, matching or not. Beyond the limit the reason is `too_many`. */
const MAX_SCANNED = 10_000;
/** How many events of the memory are compared before the event loop gets a turn. */
const COMPARED_A_TURN = 1_000;

/** Gathers frames up to the limits of a replay. */
function createGathering() {
  const frames: EventFrame[] = [];
  let bytes = 0;
  return {
    frames,
    /** @returns false beyond the limits */
    add(frame: EventFrame): boolean {
      frames.push(frame);
      bytes += frame.bytes;
      return frames.length <= FEED_LIMITS.replayedEvents && bytes <= FEED_LIMITS.replayedBytes;
    },
  };
}

/**
 * Reads the events that a subscription missed. Returns all of them, or none with the reason: the client could not
 * recognize a part as a part.
 * @throws BusError when NATS does not answer
 */
export async function readMissed(bus: Bus, range: MissedRange, filter: CompiledFeedFilter): Promise<Missed> {
  const { frames, add } = createGathering();
  const { complete } = await readEvents(bus, {
    from: range.after + 1,
    to: range.to,
    subject: subjectOf(filter),
    limit: MAX_SCANNED,
    onMessage(message) {
      let event: ReturnType<typeof decodeEvent>;
      try {
        event = decodeEvent(message.headers, message.data);
      } catch {
        return true; // It is no event: live subscriptions do not get it either.
      }
      const { attributes } = event;
      if (!matchesFeedFilter(filter, attributes)) return true;
      // A copy: the message is a part of a larger buffer, which would be kept as long as the frame.
      const payload = new Uint8Array(event.payload);
      const cursor = formatCursor(range.incarnation, message.seq);
      return add(createEventFrame({ attributes, payload }, message.seq, cursor));
    },
  });
  if (!complete) return { gap: 'too_many' };
  // The first sequence is read afterwards: every event that the stream has now, it had during the reading.
  const info = await bus.manager.streams.info(EVENTS_STREAM);
  if (streamIncarnation(info) !== range.incarnation) return { gap: 'other_stream' };
  if (info.state.first_seq > range.after + 1) return { gap: 'too_old' };
  return { frames };
}

/** As `readMissed`, from the events in memory: NATS is not asked. */
export async function readRecent(
  events: readonly RecentEvent[],
  filter: CompiledFeedFilter,
): Promise<Missed> {
  const { frames, add } = createGathering();
  for (const [index, event] of events.entries()) {
    if (index > 0 && index % COMPARED_A_TURN === 0) await nextTurn();
    if (filter.tenant !== undefined && filter.tenant !== event.tenant) continue;
    const { frame } = event;
    if (!frame || !matchesFeedFilter(filter, frame.event.attributes)) continue;
    if (!add(frame)) return { gap: 'too_many' };
  }
  return { frames };
}

/** The narrowest subject that covers every event of the filter. */
function subjectOf(filter: CompiledFeedFilter): string {
  if (filter.tenant === undefined && filter.provider === undefined) return EVENTS_SUBJECTS;
  const provider = filter.provider === undefined ? '' : `${toSubjectToken(filter.provider)}.`;
  return `events.${filter.tenant ?? '*'}.${provider}>`;
}
