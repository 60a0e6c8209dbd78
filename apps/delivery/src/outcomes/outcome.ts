export type DeliveryTrigger = 'schedule' | 'operator' | 'tenant';

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
  errorCode: string | undefined;
  errorMessage: string | undefined;
  /** Of the endpoint, as it was sent to: what came back says nothing about one that was changed meanwhile. */
  endpointVersion: number | undefined;
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
  /** `dropped`: the transformation wanted nothing sent. */
  outcome: 'success' | 'retry' | 'failed' | 'dropped';
  responseCode: number | undefined;
  responseHeaders: Record<string, string> | undefined;
  responseBody: Buffer | undefined;
}
