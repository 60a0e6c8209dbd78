import type { alertNotifications, alerts } from '@hookline/db/gateway';

export type AlertRow = typeof alerts.$inferSelect;
export type AlertNotificationRow = typeof alertNotifications.$inferSelect;
