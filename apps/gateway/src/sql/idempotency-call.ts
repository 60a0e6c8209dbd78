/** Names the row of a call: its tenant, undefined for an operator's own, its operation and its Idempotency-Key. */
export interface IdempotencyCall {
  tenant: string | undefined;
  operation: string;
  key: string;
}
