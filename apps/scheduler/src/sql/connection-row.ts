import type { connections } from '@hookline/db/scheduler';

export type ConnectionRow = typeof connections.$inferSelect;
