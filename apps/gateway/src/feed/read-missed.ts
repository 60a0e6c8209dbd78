import { type Bus, decodeEvent, readEvents, streamIncarnation } from '@hookline/bus';
import {
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
  FEED_LIMITS,
  type FeedGapReason,
  formatCursor,
  toSubjectToken,
} from '@hookline/contracts';
import { type CompiledFeedFilter, matchesFeedFilter } from './compile-feed-filter.ts';
import { createEventFrame, type EventFrame } from './event-frame.ts';

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

/**
 * Reads the events that a subscription missed. Returns all of them, or none with the reason: the client could not
 * recognize a part as a part.
 * @throws BusError when NATS does not answer
 */
export async function readMissed(bus: Bus, range: MissedRange, filter: CompiledFeedFilter): Promise<Missed> {
  const frames: EventFrame[] = [];
  let bytes = 0;
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
      if (!matchesFeedFilter(filter, event.attributes)) return true;
      const frame = createEventFrame(event, message.seq, formatCursor(range.incarnation, message.seq));
      frames.push(frame);
      bytes += frame.bytes;
      return frames.length <= FEED_LIMITS.replayedEvents && bytes <= FEED_LIMITS.replayedBytes;
    },
  });
  if (!complete) return { gap: 'too_many' };
  // The first sequence is read afterwards: every event that the stream has now, it had during the reading.
  const info = await bus.manager.streams.info(EVENTS_STREAM);
  if (streamIncarnation(info) !== range.incarnation) return { gap: 'other_stream' };
  if (info.state.first_seq > range.after + 1) return { gap: 'too_old' };
  return { frames };
}

/** The narrowest subject that covers every event of the filter. */
function subjectOf(filter: CompiledFeedFilter): string {
  if (filter.tenant === undefined && filter.provider === undefined) return EVENTS_SUBJECTS;
  const provider = filter.provider === undefined ? '' : `${toSubjectToken(filter.provider)}.`;
  return `events.${filter.tenant ?? '*'}.${provider}>`;
}
