/** Names the row of a call: who makes it for which tenant, its operation and its Idempotency-Key. */
export interface IdempotencyCall {
  /** The tenant that the call is made for; undefined: an operator names none. */
  tenant: string | undefined;
  /** The caller's `keyId`; undefined: the caller shares its keys with all keys and sessions of its tenant. */
  actor: string | undefined;
  operation: string;
  key: string;
}
