import type { Database } from '@hookline/db';
import { listMissingPartitions } from '../sql/list-missing-partitions.ts';

/** @throws if the partitions of tomorrow are missing: events could not be stored after midnight UTC */
export async function checkPartitions(database: Database): Promise<void> {
  const missing = await listMissingPartitions(database);
  if (missing.length > 0) {
    throw new Error(
      `no partitions for tomorrow: ${missing.join(', ')}. Events could not be kept from midnight UTC on; ` +
        'the error of the job "partitions" at /internal/jobs says why they were not made',
    );
  }
}
