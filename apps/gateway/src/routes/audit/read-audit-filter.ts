import type { InputOf, operations } from '@hookline/contracts';
import { readDateRange } from '@hookline/service';
import type { AuditFilter } from '../../sql/list-audit-entries.ts';

/** @throws ApiError `invalid_request` for a range of dates that is none */
export function readAuditFilter(query: InputOf<typeof operations.exportAuditEntries, 'query'>): AuditFilter {
  const { actor, operation, targetId, outcome, requestId } = query;
  return { actor, operation, targetId, outcome, requestId, ...readDateRange(query) };
}
