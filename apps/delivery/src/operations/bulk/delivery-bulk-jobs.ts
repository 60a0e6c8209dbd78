import { ID_PREFIX } from '@hookline/contracts';
import { bulkJobs } from '@hookline/db/delivery';
import { type BulkJobs, createIdFactory } from '@hookline/service';
import type { BulkKind } from './bulk-task.ts';
import { selectSlice } from './select-slice.ts';

/** A part takes about 10 ms: it holds its locks no longer, and a pause or a claim waits no longer for it. */
const PART_SIZES: Record<BulkKind, number> = {
  deliveries: 100,
  dead_letters: 100,
  events: 50,
  endpoints: 50,
  parked_keys: 100,
};

/** The bulk jobs of delivery. */
export const DELIVERY_BULK_JOBS: BulkJobs = {
  table: bulkJobs,
  nextId: createIdFactory(ID_PREFIX.bulkJob),
  idPrefix: ID_PREFIX.bulkJob,
  select: selectSlice,
  partSize: (kind) => PART_SIZES[kind as BulkKind],
};
