import type { endpoints } from '@hookline/db/delivery';

/** Where what an endpoint missed begins, when nobody says: since it was last switched off, or else made. */
export interface MissedSince {
  /** RFC 3339. */
  startDate: string;
  /** Earlier, for what fan-out came to late. undefined: it was never switched off. */
  lateSince: Date | undefined;
}

export function missedSince({
  inactiveSince,
  createdAt,
  lateSince,
}: Pick<typeof endpoints.$inferSelect, 'inactiveSince' | 'createdAt' | 'lateSince'>): MissedSince {
  const start = inactiveSince ?? createdAt;
  return {
    startDate: start.toISOString(),
    lateSince: lateSince !== null && lateSince < start ? lateSince : undefined,
  };
}
