import { UID_PREFIX } from '@hookline/contracts';
import { sources } from '@hookline/db/ingest';
import { eq, type SQL } from 'drizzle-orm';

/** @param name the id of a source, or `uid:` and the tenant's own id */
export const isNamed = (name: string): SQL =>
  name.startsWith(UID_PREFIX) ? eq(sources.uid, name.slice(UID_PREFIX.length)) : eq(sources.id, name);
