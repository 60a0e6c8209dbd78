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
  /** The last sequence that the client has seen. */
  after: number;
  /** The last sequence to be read; what comes later reaches the subscription live. */
  to: number;
}

export type Missed = { frames: EventFrame[] } | { gap: FeedGapReason };

/** Events looked at, matching or not, before it is `too_many`. */
const MAX_SCANNED = 10_000;

/**
 * What a filter has missed, all of it or, with the reason, none of it: a part would look like everything.
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
        return true; // not an event: live subscriptions do not see it either
      }
      if (!matchesFeedFilter(filter, event.attributes)) return true;
      const frame = createEventFrame(event, message.seq, formatCursor(range.incarnation, message.seq));
      frames.push(frame);
      bytes += frame.bytes;
      return frames.length <= FEED_LIMITS.replayedEvents && bytes <= FEED_LIMITS.replayedBytes;
    },
  });
  if (!complete) return { gap: 'too_many' };
  // Asked after reading: what the stream still had then, it had all the while.
  const info = await bus.manager.streams.info(EVENTS_STREAM);
  if (streamIncarnation(info) !== range.incarnation) return { gap: 'other_stream' };
  if (info.state.first_seq > range.after + 1) return { gap: 'too_old' };
  return { frames };
}

/** The narrowest subject under which everything is that the filter wants. */
function subjectOf(filter: CompiledFeedFilter): string {
  if (filter.tenant === undefined && filter.provider === undefined) return EVENTS_SUBJECTS;
  const provider = filter.provider === undefined ? '' : `${toSubjectToken(filter.provider)}.`;
  return `events.${filter.tenant ?? '*'}.${provider}>`;
}
