import { noneNamed } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { findSource } from '../../sql/find-source.ts';
import { lockSource } from '../../sql/lock-source.ts';
import type { SourceRow } from '../../sql/source-row.ts';

/** @throws ApiError `not_found`, also for a source that the transaction may not see */
export async function requireSource(transaction: Transaction, id: string): Promise<SourceRow> {
  return (await findSource(transaction, id)) ?? refuse(id);
}

/** As requireSource. Nobody else can change the row until the transaction ends. */
export async function requireLockedSource(transaction: Transaction, id: string): Promise<SourceRow> {
  return (await lockSource(transaction, id)) ?? refuse(id);
}

function refuse(name: string): never {
  throw noneNamed(name, 'source');
}
