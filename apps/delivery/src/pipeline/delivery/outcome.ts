import type { AttemptErrorCode } from './attempt-errors.ts';
import type { ConnectionFacts, ResponseEnd } from './connection-facts.ts';
import type { DeliveryTrigger } from './delivery-trigger.ts';

/** The result of a leased delivery, as it is written to Postgres. */
export interface Outcome {
  eventId: string;
  endpointId: string;
  tenantId: string;
  /** The fence: the row is updated only while it has this lease. */
  leaseId: string;
  status: 'success' | 'retrying' | 'failed' | 'pending';
  /** The delivery is due after this time; for `retrying` and `pending`. */
  delayMs: number | undefined;
  /** Why the delivery has not succeeded: the error of its last attempt, or the reason why there is no other. */
  errorCode: AttemptErrorCode | undefined;
  errorMessage: string | undefined;
  /** The version of the endpoint that the request went to: the answer says nothing about a later version. */
  endpointVersion: number | undefined;
  /** Why the endpoint is to be switched off: its receiver wants no more events. */
  disableReason: string | undefined;
  /** The attempt that was made, also one that ended with its transformation; undefined when none was made. */
  attempt: AttemptRecord | undefined;
}

export interface AttemptRecord {
  number: number;
  trigger: DeliveryTrigger;
  startedAtMs: number;
  durationMs: number;
  firstByteMs: number | undefined;
  connection: ConnectionFacts | undefined;
  /** `dropped`: the transformation dropped the event. */
  outcome: 'success' | 'retry' | 'failed' | 'dropped';
  errorCode: AttemptErrorCode | undefined;
  errorMessage: string | undefined;
  /** Without secrets; only of failed attempts. */
  requestHeaders: Record<string, string> | undefined;
  responseCode: number | undefined;
  responseHeaders: Record<string, string> | undefined;
  responseBody: Buffer | undefined;
  responseEnd: ResponseEnd | undefined;
}
