import { FEED_CLOSE } from '@hookline/contracts';
import { Counter, Gauge, Histogram, LATENCY_BUCKETS, type Registry } from '@hookline/service';

export interface FeedMetrics {
  connections: Gauge;
  subscriptions: Gauge;
  frames: Counter;
  lagSeconds: Histogram;
  replays: Counter<'result'>;
  replayedEvents: Counter;
  countClose(code: number): void;
}

/** Close codes with a label of their own. A client may send any other code. */
const KNOWN_CODES = new Set<number>([1000, 1001, 1005, 1006, 1009, ...Object.values(FEED_CLOSE)]);

export function createFeedMetrics(registry: Registry): FeedMetrics {
  const registers = [registry];
  const closes = new Counter({
    name: 'hookline_feed_closes_total',
    help: 'Feed connections that ended, by close code',
    labelNames: ['code'],
    registers,
  });
  return {
    connections: new Gauge({ name: 'hookline_feed_connections', help: 'Open feed connections', registers }),
    subscriptions: new Gauge({
      name: 'hookline_feed_subscriptions',
      help: 'Subscriptions of all feed connections',
      registers,
    }),
    frames: new Counter({
      name: 'hookline_feed_frames_total',
      help: 'Event frames sent, live and replayed',
      registers,
    }),
    lagSeconds: new Histogram({
      name: 'hookline_feed_lag_seconds',
      help: 'Time from the receipt of an event to the last socket it was written to',
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    replays: new Counter({
      name: 'hookline_feed_replays_total',
      help: 'Subscriptions that came back with a cursor: complete, gap_<reason> or failed',
      labelNames: ['result'],
      registers,
    }),
    replayedEvents: new Counter({
      name: 'hookline_feed_replayed_events_total',
      help: 'Events sent to clients that had missed them',
      registers,
    }),
    countClose: (code) => closes.inc({ code: KNOWN_CODES.has(code) ? String(code) : 'other' }),
  };
}
