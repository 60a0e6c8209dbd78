import { FEED_CLOSE } from '@hookline/contracts';
import { Counter, Gauge, Histogram, LATENCY_BUCKETS, type Registry } from '@hookline/service';
import { FEED_TRANSPORTS, type FeedTransportName } from './sessions/feed-transport.ts';

export interface FeedMetrics {
  connections: Gauge<'transport'>;
  subscriptions: Gauge;
  lagSeconds: Histogram;
  replays: Counter<'result'>;
  replayedEvents: Counter;
  forwarded: Counter<'result'>;
  countFrame(transport: FeedTransportName): void;
  countClose(transport: FeedTransportName, code: number): void;
}

/** Close codes with a label of their own. A client may send any other code. */
const KNOWN_CODES = new Set<number>([1000, 1001, 1005, 1006, 1009, ...Object.values(FEED_CLOSE)]);

export function createFeedMetrics(registry: Registry): FeedMetrics {
  const registers = [registry];
  const closes = new Counter({
    name: 'hookline_feed_closes_total',
    help: 'Feed connections that ended, by transport and close code',
    labelNames: ['transport', 'code'],
    registers,
  });
  const connections = new Gauge({
    name: 'hookline_feed_connections',
    help: 'Open feed connections, by transport',
    labelNames: ['transport'],
    registers,
  });
  for (const transport of FEED_TRANSPORTS) connections.set({ transport }, 0);
  // An event may be for thousands of clients, and a labelled counter looks up its labels at each count. So the frames are
  // counted here, and added when the metrics are read.
  const framesSinceRead: Record<FeedTransportName, number> = { ws: 0, sse: 0, socketio: 0 };
  new Counter({
    name: 'hookline_feed_frames_total',
    help: 'Events sent to clients, live and replayed, by transport',
    labelNames: ['transport'],
    registers,
    collect() {
      for (const transport of FEED_TRANSPORTS) {
        this.inc({ transport }, framesSinceRead[transport]);
        framesSinceRead[transport] = 0;
      }
    },
  });
  return {
    connections,
    subscriptions: new Gauge({
      name: 'hookline_feed_subscriptions',
      help: 'Subscriptions of all feed connections',
      registers,
    }),
    lagSeconds: new Histogram({
      name: 'hookline_feed_lag_seconds',
      help: 'Time from the receipt of an event to the last client it was written to',
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    replays: new Counter({
      name: 'hookline_feed_replays_total',
      help: 'Subscriptions that came back with a cursor: complete, complete_from_memory, gap_<reason> or failed',
      labelNames: ['result'],
      registers,
    }),
    replayedEvents: new Counter({
      name: 'hookline_feed_replayed_events_total',
      help: 'Events sent to clients that had missed them',
      registers,
    }),
    forwarded: new Counter({
      name: 'hookline_feed_forwarded_total',
      help: 'Requests of Socket.IO that were passed to the replica that has their session, by result',
      labelNames: ['result'],
      registers,
    }),
    countFrame(transport) {
      framesSinceRead[transport]++;
    },
    countClose: (transport, code) =>
      closes.inc({ transport, code: KNOWN_CODES.has(code) ? String(code) : 'other' }),
  };
}
