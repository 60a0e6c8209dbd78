import type { EndpointRow } from '../../sql/endpoint-row.ts';

/** Since when an endpoint has missed events: since it was last switched off, or since it was created. */
export interface MissedSince {
  /** RFC 3339. */
  startDate: string;
  /** An earlier start for events that fan-out matched late. undefined: the endpoint was never switched off. */
  lateSince: Date | undefined;
}

export function missedSince({
  inactiveSince,
  createdAt,
  lateSince,
}: Pick<EndpointRow, 'inactiveSince' | 'createdAt' | 'lateSince'>): MissedSince {
  const start = inactiveSince ?? createdAt;
  return {
    startDate: start.toISOString(),
    lateSince: lateSince !== null && lateSince < start ? lateSince : undefined,
  };
}
