import type { ConnectionStatus } from '@hookline/contracts';
import { type Database, statement, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { ENDED_STATUSES } from '../status/decide-status.ts';
import { textList } from './text-list.ts';

/** An import whose refresh token one request may exchange. */
export interface ImportClaim {
  readonly hash: Buffer;
  readonly leaseId: string;
}

export interface ClaimedImport {
  /** Whether an earlier exchange of this refresh token began and its outcome is unknown. */
  attemptedBefore: boolean;
  /** Whether an earlier import used the refresh token up. */
  isUsedUp: boolean;
}

const claim = statement(
  { hash: 'text', tenant: 'text', leaseId: 'text', leaseSeconds: 'float8' },
  ({ hash, tenant, leaseId, leaseSeconds }) => `
    insert into connection_imports as i (import_hash, tenant_id, lease_id, lease_until)
    values (decode(${hash}, 'hex'), ${tenant}, ${leaseId}, hookline_now() + make_interval(secs => ${leaseSeconds}))
    on conflict (import_hash) do update
    set lease_id = excluded.lease_id, lease_until = excluded.lease_until, updated_at = hookline_now()
    where i.lease_until is null or i.lease_until <= hookline_now()
    returning is_attempted as "attemptedBefore", is_used_up as "isUsedUp"`,
);

/** @returns undefined while another request has the import */
export async function claimImport(
  database: Database,
  { hash, ...wanted }: ImportClaim & { tenant: string; leaseSeconds: number },
): Promise<ClaimedImport | undefined> {
  const { rows } = await claim.run<ClaimedImport>(database, { hash: hash.toString('hex'), ...wanted });
  return rows[0];
}

const attempt = statement(
  { hash: 'text', leaseId: 'text', leaseSeconds: 'float8' },
  ({ hash, leaseId, leaseSeconds }) => `
    update connection_imports
    set is_attempted = true, lease_until = hookline_now() + make_interval(secs => ${leaseSeconds})
    where import_hash = decode(${hash}, 'hex') and lease_id = ${leaseId}`,
);

/**
 * Notes that an exchange begins, which is the evidence of one that is interrupted.
 * @returns false if another request has the import
 */
export async function noteImportAttempt(
  database: Database,
  { hash, leaseId, leaseSeconds }: ImportClaim & { leaseSeconds: number },
): Promise<boolean> {
  const { rowCount } = await attempt.run(database, { hash: hash.toString('hex'), leaseId, leaseSeconds });
  return rowCount === 1;
}

/**
 * Gives an import back. Nothing is left of one that came to nothing.
 * @param options.mayHaveHappened whether an exchange began whose outcome is unknown
 */
export async function releaseImport(
  transaction: Transaction,
  { hash, leaseId }: ImportClaim,
  { mayHaveHappened }: { mayHaveHappened: boolean },
): Promise<void> {
  await transaction.execute(sql`
    update connection_imports
    set lease_id = null, lease_until = null, is_attempted = ${mayHaveHappened}, updated_at = hookline_now()
    where import_hash = ${hash} and lease_id = ${leaseId}`);
  await transaction.execute(sql`
    delete from connection_imports
    where import_hash = ${hash} and lease_id is null and not is_attempted and connection_id is null`);
}

/** Notes which connection an import made. It has ended. */
export async function noteImportedConnection(
  transaction: Transaction,
  made: { hash: Buffer; tenant: string; connectionId: string; isUsedUp: boolean },
): Promise<void> {
  await transaction.execute(sql`
    insert into connection_imports (import_hash, tenant_id, connection_id, is_used_up)
    values (${made.hash}, ${made.tenant}, ${made.connectionId}, ${made.isUsedUp})
    on conflict (import_hash) do update
    set connection_id = excluded.connection_id, is_used_up = excluded.is_used_up, is_attempted = false,
        lease_id = null, lease_until = null, updated_at = hookline_now()`);
}

const find = statement(
  { hash: 'text' },
  ({ hash }) => `
    select c.id, c.status from connection_imports i join connections c on c.id = i.connection_id
    where i.import_hash = decode(${hash}, 'hex') and c.deleted_at is null
      and c.status not in (${textList(ENDED_STATUSES)})`,
);

/** The connection that an import made, if it still has its grant. */
export async function findImportedConnection(
  database: Database,
  hash: Buffer,
): Promise<{ id: string; status: ConnectionStatus } | undefined> {
  const { rows } = await find.run<{ id: string; status: ConnectionStatus }>(database, {
    hash: hash.toString('hex'),
  });
  return rows[0];
}
