import { ApiError, type Principal } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { findOAuthAppRow, type OAuthAppRow } from '../../sql/oauth-app-rows.ts';

/** @throws ApiError `not_found`, also for an application that the transaction may not see */
export async function requireOAuthApp(transaction: Transaction, id: string): Promise<OAuthAppRow> {
  const row = await findOAuthAppRow(transaction, id);
  if (!row) throw new ApiError('not_found', { message: 'OAuth application not found' });
  return row;
}

/** The error for a tenant and an application of the installation. */
export const ofInstallation = (): ApiError =>
  new ApiError('forbidden', {
    message:
      'This application belongs to the installation: only an operator key may do this. Create an application of your own, which takes precedence for you',
  });

/** @throws ApiError `forbidden` for a tenant and an application of the installation, `conflict` for one of the environment */
export function checkChangeable(row: OAuthAppRow, principal: Principal): void {
  if (row.tenantId === null && principal.role !== 'operator') throw ofInstallation();
  if (row.source === 'environment') {
    throw new ApiError('conflict', {
      message: 'This application comes from the environment of the scheduler: change it there',
    });
  }
}
