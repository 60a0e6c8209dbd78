import { savedViews } from '@hookline/db/gateway';
import { eq, isNull, type SQL } from 'drizzle-orm';
import type { ViewOwner } from './view-row.ts';

/** The views of a tenant, or of the operators. */
export const isOfTenant = ({ tenantId }: ViewOwner): SQL =>
  tenantId === null ? isNull(savedViews.tenantId) : eq(savedViews.tenantId, tenantId);
