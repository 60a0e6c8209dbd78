/** Hookline's SDK for Node, browsers and other platforms of the web: the HTTP API and the live feed. */
export { type Call, type RequestLine, requestLineOf } from './api/caller.ts';
export type {
  OperationAnswer,
  OperationBody,
  OperationName,
  OperationQuery,
  OperationRequest,
  Warning,
} from './api/operations.ts';
export type { CallOptions, ClientOptions, KeySource } from './client-options.ts';
export type {
  Attempt,
  AuditEntry,
  BulkJob,
  BulkPreview,
  Connection,
  DeadLetter,
  Delivery,
  Endpoint,
  EventType,
  FeedFilter,
  JourneyStep,
  OAuthApp,
  ReceivedEvent,
  Rejection,
  Replay,
  Schedule,
  Source,
} from './contracts.ts';
export { createClient, type EventToTrigger, type Hookline } from './create-client.ts';
export {
  ConnectionFailed,
  FeedUnauthorizedError,
  HooklineError,
  type HooklineErrorCode,
  type HooklineErrorFields,
  type Issue,
  isHooklineError,
  RateLimited,
  Timeout,
  Unauthenticated,
} from './errors.ts';
export * from './event-map.ts';
export type {
  Feed,
  FeedEvent,
  FeedGap,
  FeedGapReason,
  FeedOptions,
  FeedState,
  Off,
} from './feed/feed-options.ts';
export { matchesPattern } from './feed/matches-pattern.ts';
export type { Export } from './resources/exports.ts';
export type { Page, Pages } from './resources/pages.ts';
export type {
  EventsToPublish,
  EventToPublish,
  PublishedEvent,
  Resources,
} from './resources/resource-types.ts';
export { WEBHOOK_EVENTS } from './webhook-events.ts';
