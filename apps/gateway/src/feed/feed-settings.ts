/** The limits and timeouts of the feed. */
export interface FeedSettings {
  /** Connections of this process. Beyond the limit an upgrade is answered with 503. */
  maxConnections: number;
  /** Connections of this process that are not authenticated yet. */
  maxUnauthenticated: number;
  /** Connections of one tenant in this process. Beyond the limit: close code 4102. */
  maxConnectionsPerTenant: number;
  pingIntervalMs: number;
  /** How long a client has to answer a ping. Then: close code 4109. */
  pongTimeoutMs: number;
  authenticationTimeoutMs: number;
  /** Bytes that wait to be sent to one socket. Beyond the limit: close code 4108. */
  maxBufferedBytes: number;
  /** Events held back while one socket gets its missed events. Beyond the limit: close code 4108. */
  maxHeldEvents: number;
  maxHeldBytes: number;
  /** How long a socket that gets its missed events may take none. Then: close code 4108. */
  replayStallTimeoutMs: number;
  /** How many clients of this process get missed events at the same time. */
  maxConcurrentReplays: number;
  /** Messages from one client. Beyond the limit: close code 4101. */
  commandsPerSecond: number;
  commandBurst: number;
  /** How long the client has to answer a close code before the socket is destroyed. */
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
