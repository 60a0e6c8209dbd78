import { type Operation, operations } from '@hookline/contracts';

const PUBLISHES: ReadonlySet<string> = new Set([operations.publishEvent.id, operations.publishEvents.id]);

/** Whether an operation publishes events of applications: thousands a second, which ingest makes idempotent itself. */
export const isPublish = ({ id }: Operation): boolean => PUBLISHES.has(id);
