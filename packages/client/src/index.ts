/** Hookline's SDK for Node and browsers: the HTTP API and the live feed. */
export type { FeedEvent, FeedFilter, FeedGapReason } from '@hookline/contracts';
export type {
  Answer,
  ApiClient,
  ApiClientOptions,
  ApiRequest,
  CallOptions,
  OperationName,
} from './api/api-client.ts';
export { ApiConnectionError, ApiError, type ApiIssue } from './api/api-error.ts';
export { createApiClient } from './api/create-api-client.ts';
export { connectFeed } from './feed/connect-feed.ts';
export type { Feed, FeedEventInfo, FeedGap, FeedOptions, FeedState } from './feed/feed-options.ts';
