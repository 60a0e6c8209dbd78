import type { attempts, deliveries } from '@hookline/db/delivery';

export type DeliveryRow = typeof deliveries.$inferSelect;
export type AttemptRow = typeof attempts.$inferSelect;

/** Names one delivery. */
export type DeliveryKey = Pick<DeliveryRow, 'eventId' | 'endpointId'>;
