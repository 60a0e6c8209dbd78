import { matchesEventType, nameOfPattern, type Warning } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { listEndpointsAtUrl } from '../../sql/list-endpoints-at-url.ts';

/** Each of them gets a warning. */
const MAX_NAMED = 3;
const MAX_LOOKED_AT = 100;

/** Warns of the tenant's other endpoints that send some of the same events to the same URL: it gets these events twice. */
export async function warnOfTwins(database: Database, endpoint: EndpointRow): Promise<Warning[]> {
  if (!endpoint.active) return [];
  const others = await database.withTenant(endpoint.tenantId, (tx) =>
    listEndpointsAtUrl(tx, endpoint, MAX_LOOKED_AT),
  );
  return others
    .map((other) => ({
      ...other,
      shared: other.events.find((theirs) => endpoint.events.some((ours) => overlap(ours, theirs))),
    }))
    .filter(({ shared }) => shared !== undefined)
    .slice(0, MAX_NAMED)
    .map(({ id: otherId, name, shared }) => ({
      code: 'duplicate_endpoint',
      path: 'body/url',
      message: `The endpoint ${JSON.stringify(name)} (${otherId}) sends events of ${shared} to the same URL: each arrives there twice`,
    }));
}

/** Whether some type matches both patterns. */
const overlap = (a: string, b: string) =>
  a === '*' || b === '*' || matchesEventType(a, nameOfPattern(b)) || matchesEventType(b, nameOfPattern(a));
