/** The limits and timeouts of the feed. */
export interface FeedSettings {
  /** Connections of this process, on every transport. Beyond the limit a new one is answered with 503. */
  maxConnections: number;
  /** Connections of this process that are not authenticated yet. */
  maxUnauthenticated: number;
  /** Connections of one tenant in this process. Beyond the limit: close code 4102. */
  maxConnectionsPerTenant: number;
  /** New connections of this process. Beyond the rate a new one is answered with 503. */
  acceptsPerSecond: number;
  acceptBurst: number;
  /** Whether the feed speaks Socket.IO. */
  socketIo: boolean;
  /** Connections of this process by Socket.IO: each takes three times the memory of a WebSocket. */
  maxSocketIoConnections: number;
  pingIntervalMs: number;
  /** How long a client has to answer a ping. Then: close code 4109. */
  pongTimeoutMs: number;
  /** How often server-sent events have a comment, which keeps proxies from ending the connection. */
  commentIntervalMs: number;
  authenticationTimeoutMs: number;
  /** How long before the end of its token a client is told. */
  expiryNoticeMs: number;
  /** Bytes that wait to be sent to one client. Beyond the limit: close code 4108. */
  maxBufferedBytes: number;
  /** Events held back while one client gets its missed events. Beyond the limit: close code 4108. */
  maxHeldEvents: number;
  maxHeldBytes: number;
  /** Events in memory, for clients that were away for a moment, and the bytes of their messages. */
  maxRecentEvents: number;
  maxRecentBytes: number;
  /** How long a client that gets its missed events may take none. Then: close code 4108. */
  replayStallTimeoutMs: number;
  /** How many clients of this process get missed events from the stream at the same time. */
  maxConcurrentReplays: number;
  /** Messages from one client. Beyond the limit: close code 4101. */
  commandsPerSecond: number;
  commandBurst: number;
  /** How long the client has to answer a close code before the connection is destroyed. */
  closeTimeoutMs: number;
  streamCheckIntervalMs: number;
  /** How often `/ws/monitoring` has an update. */
  monitoringIntervalMs: number;
}

export const FEED_DEFAULTS: FeedSettings = {
  maxConnections: 20_000,
  maxUnauthenticated: 1_000,
  maxConnectionsPerTenant: 1_000,
  acceptsPerSecond: 500,
  acceptBurst: 1_000,
  socketIo: true,
  maxSocketIoConnections: 2_000,
  pingIntervalMs: 25_000,
  pongTimeoutMs: 10_000,
  commentIntervalMs: 15_000,
  authenticationTimeoutMs: 5_000,
  expiryNoticeMs: 30_000,
  maxBufferedBytes: 1024 * 1024,
  maxHeldEvents: 1_000,
  maxHeldBytes: 8 * 1024 * 1024,
  maxRecentEvents: 5_000,
  maxRecentBytes: 16 * 1024 * 1024,
  replayStallTimeoutMs: 10_000,
  maxConcurrentReplays: 4,
  commandsPerSecond: 10,
  commandBurst: 20,
  closeTimeoutMs: 10_000,
  streamCheckIntervalMs: 5_000,
  monitoringIntervalMs: 1_000,
};
