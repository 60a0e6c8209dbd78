import type { AttemptErrorCode } from './attempt-errors.ts';
import type { ConnectionFacts, ResponseEnd } from './connection-facts.ts';
import type { DeliveryTrigger } from './delivery-trigger.ts';

/** What became of a leased delivery, as it is written to Postgres. */
export interface Outcome {
  eventId: string;
  endpointId: string;
  tenantId: string;
  /** Fences: a row that another replica has taken meanwhile is not touched. */
  leaseId: string;
  status: 'success' | 'retrying' | 'failed' | 'pending';
  /** From now; for `retrying` and `pending`. */
  delayMs: number | undefined;
  /** Why the delivery is not done: what its last attempt failed by, or why there is no other. */
  errorCode: AttemptErrorCode | undefined;
  errorMessage: string | undefined;
  /** Of the endpoint, as it was sent to: what came back says nothing about one that was changed meanwhile. */
  endpointVersion: number | undefined;
  /** Why the endpoint is to be switched off: its receiver wants no more. */
  disableReason: string | undefined;
  /** The request that was made, or that its transformation did not come to; absent when none was to be made (the
   * endpoint was deleted, or switched off). */
  attempt: AttemptRecord | undefined;
}

export interface AttemptRecord {
  number: number;
  trigger: DeliveryTrigger;
  startedAtMs: number;
  durationMs: number;
  firstByteMs: number | undefined;
  connection: ConnectionFacts | undefined;
  /** `dropped`: the transformation wanted nothing sent. */
  outcome: 'success' | 'retry' | 'failed' | 'dropped';
  errorCode: AttemptErrorCode | undefined;
  errorMessage: string | undefined;
  /** As they may be shown; of attempts that failed. */
  requestHeaders: Record<string, string> | undefined;
  responseCode: number | undefined;
  responseHeaders: Record<string, string> | undefined;
  responseBody: Buffer | undefined;
  responseEnd: ResponseEnd | undefined;
}
