import type { platformWebhooks } from '@hookline/db/scheduler';

/** A row of `platform_webhooks`. */
export type WatchRow = typeof platformWebhooks.$inferSelect;
