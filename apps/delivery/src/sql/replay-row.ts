import type { replays } from '@hookline/db/delivery';

export type ReplayRow = typeof replays.$inferSelect;
