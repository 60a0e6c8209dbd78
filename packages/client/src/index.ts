/** Hookline's live feed, for Node and browsers. */
export type { FeedEvent, FeedFilter, FeedGapReason } from '@hookline/contracts';
export { connectFeed } from './connect-feed.ts';
export type { Feed, FeedEventInfo, FeedGap, FeedOptions, FeedState } from './feed-options.ts';
