/** A request that was refused, or recognised as a repeat, as it is kept. */
export interface RejectionRecord {
  id: string;
  at: Date;
  /** Null for an address that belongs to nobody. */
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
