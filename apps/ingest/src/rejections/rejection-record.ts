/** The record of a request that was refused or recognised as a repeat. */
export interface RejectionRecord {
  id: string;
  at: Date;
  /** Null for an address without a tenant. */
  tenant: string | null;
  provider: string;
  sourceId: string | null;
  code: string;
  reason: string;
  cause: string | null;
  hint: string | null;
  wouldMatch: string | null;
  eventId: string | null;
  providerDeliveryId: string | null;
  headers: Record<string, string>;
  bodyStart: Buffer;
}
