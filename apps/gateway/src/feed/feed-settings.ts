/** What the feed allows and how long it waits. */
export interface FeedSettings {
  /** Of this process. Beyond it an upgrade is answered with 503. */
  maxConnections: number;
  /** Not yet authenticated, of this process. */
  maxUnauthenticated: number;
  /** Of one tenant, on this process. Beyond it: close code 4102. */
  maxConnectionsPerTenant: number;
  pingIntervalMs: number;
  /** After a ping this long for an answer, then close code 4109. */
  pongTimeoutMs: number;
  authenticationTimeoutMs: number;
  /** Waiting to be sent to one socket. Beyond it: close code 4108. */
  maxBufferedBytes: number;
  /** Events held back while one socket is sent what it missed. Beyond it: close code 4108. */
  maxHeldEvents: number;
  maxHeldBytes: number;
  /** Without progress, while being sent what it missed, this long; then close code 4108. */
  replayStallTimeoutMs: number;
  /** Clients that are sent what they missed at one time, on this process. */
  maxConcurrentReplays: number;
  /** Messages from one client. Beyond it: close code 4101. */
  commandsPerSecond: number;
  commandBurst: number;
  /** After a close code was sent this long for the other side, then the socket is cut. */
  closeTimeoutMs: number;
  streamCheckIntervalMs: number;
}

export const FEED_DEFAULTS: FeedSettings = {
  maxConnections: 20_000,
  maxUnauthenticated: 1_000,
  maxConnectionsPerTenant: 1_000,
  pingIntervalMs: 25_000,
  pongTimeoutMs: 10_000,
  authenticationTimeoutMs: 5_000,
  maxBufferedBytes: 1024 * 1024,
  maxHeldEvents: 1_000,
  maxHeldBytes: 8 * 1024 * 1024,
  replayStallTimeoutMs: 10_000,
  maxConcurrentReplays: 4,
  commandsPerSecond: 10,
  commandBurst: 20,
  closeTimeoutMs: 10_000,
  streamCheckIntervalMs: 5_000,
};
