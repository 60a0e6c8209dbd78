import { matchesEventType, nameOfPattern, type Warning } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { endpoints } from '@hookline/db/delivery';
import { and, eq, isNull, ne } from 'drizzle-orm';

/** Named in one warning each. */
const MAX_NAMED = 3;
const MAX_LOOKED_AT = 100;

/** Warns of other endpoints of the tenant that send some of the same events to the same URL, where each then arrives twice. */
export async function warnOfTwins(
  database: Database,
  { id, tenantId, url, events, active }: typeof endpoints.$inferSelect,
): Promise<Warning[]> {
  if (!active) return [];
  const others = await database.withTenant(tenantId, (tx) =>
    tx
      .select({ id: endpoints.id, name: endpoints.name, events: endpoints.events })
      .from(endpoints)
      .where(
        and(
          eq(endpoints.tenantId, tenantId),
          eq(endpoints.url, url),
          eq(endpoints.active, true),
          isNull(endpoints.deletedAt),
          ne(endpoints.id, id),
        ),
      )
      .orderBy(endpoints.id)
      .limit(MAX_LOOKED_AT),
  );
  return others
    .map((other) => ({
      ...other,
      shared: other.events.find((theirs) => events.some((ours) => overlap(ours, theirs))),
    }))
    .filter(({ shared }) => shared !== undefined)
    .slice(0, MAX_NAMED)
    .map(({ id: otherId, name, shared }) => ({
      code: 'duplicate_endpoint',
      path: 'body/url',
      message: `The endpoint ${JSON.stringify(name)} (${otherId}) sends events of ${shared} to the same URL: each arrives there twice`,
    }));
}

/** Whether some type fits both patterns: one of them is, or is above, the other. */
const overlap = (a: string, b: string) =>
  a === '*' || b === '*' || matchesEventType(a, nameOfPattern(b)) || matchesEventType(b, nameOfPattern(a));
