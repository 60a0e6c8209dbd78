/** The connection of a request, also one that failed. Times in milliseconds. */
export interface ConnectionFacts {
  /** It was open already, so it has no times. */
  isReused: boolean;
  httpVersion: '1.1' | '2' | undefined;
  dnsMs: number | undefined;
  connectMs: number | undefined;
  tlsMs: number | undefined;
}

/**
 * How the body of an answer ended: whole; cut off by Hookline, because it is longer than is recorded; broken off by the
 * receiver; or not before the deadline.
 */
export type ResponseEnd = 'complete' | 'cut' | 'broken' | 'timeout';
