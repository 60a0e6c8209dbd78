import type { savedViews } from '@hookline/db/gateway';

/** A row of `saved_views`. */
export type ViewRow = typeof savedViews.$inferSelect;

/** Whose views a caller has. */
export interface ViewOwner {
  /** null: the views of operators */
  tenantId: string | null;
  ownerId: string;
}
