/** The connection that a request went over, or that it did not get. Times in milliseconds. */
export interface ConnectionFacts {
  /** It was open already; then it has taken no time. */
  isReused: boolean;
  httpVersion: '1.1' | '2' | undefined;
  dnsMs: number | undefined;
  connectMs: number | undefined;
  tlsMs: number | undefined;
}

/**
 * How the body of an answer ended: whole; cut off by us, because it was longer than is kept; broken off by the
 * receiver; or not before the deadline.
 */
export type ResponseEnd = 'complete' | 'cut' | 'broken' | 'timeout';
