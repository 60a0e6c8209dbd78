import { type Database, statement, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { EndedTokens } from './grant-revocations.ts';

/** What a token endpoint told of the tokens of an import, besides the tokens. */
export interface ImportAnswer {
  tokenType: string;
  scopes: readonly string[] | null;
  lifeSeconds: number | null;
  refreshLifeSeconds: number | null;
  values: Readonly<Record<string, string>>;
  /** Between the request to the token endpoint and the moment at which the tokens were stored. */
  ageSeconds: number;
}

export interface KeptImportRow extends EndedTokens {
  answer: ImportAnswer;
  /** Since the tokens were stored. */
  storedSeconds: number;
}

/** Marks a revocation that was inserted in this transaction as the tokens of an import that has not ended. */
export async function markAsImport(
  transaction: Transaction,
  kept: { id: string; hash: Buffer; answer: ImportAnswer },
): Promise<void> {
  await transaction.execute(sql`
    update grant_revocations set import_hash = ${kept.hash}, import_answer = ${JSON.stringify(kept.answer)}
    where id = ${kept.id}`);
}

const find = statement(
  { hash: 'text' },
  ({ hash }) => `
    select id, kind, access_sealed as "accessSealed", refresh_sealed as "refreshSealed", sealed_for as "sealedFor",
      import_answer as answer, extract(epoch from hookline_now() - created_at)::float8 as "storedSeconds"
    from grant_revocations
    where import_hash = decode(${hash}, 'hex') and due_at > hookline_now() order by created_at desc limit 1`,
);

export async function findKeptImport(database: Database, hash: Buffer): Promise<KeptImportRow | undefined> {
  const { rows } = await find.run<KeptImportRow>(database, { hash: hash.toString('hex') });
  return rows[0];
}

/** The grant has a connection now. @returns false, and changes nothing, if the import has ended otherwise */
export async function endKeptImport(transaction: Transaction, id: string): Promise<boolean> {
  const { rowCount } = await transaction.execute(
    sql`delete from grant_revocations where id = ${id} and import_hash is not null`,
  );
  return rowCount === 1;
}

const giveUp = statement(
  { id: 'text', accountId: 'text?', personId: 'text?', seconds: 'float8' },
  ({ id, accountId, personId, seconds }) => `
    update grant_revocations set import_hash = null, account_id = ${accountId}, person_id = ${personId},
      due_at = hookline_now(), ends_at = hookline_now() + make_interval(secs => ${seconds})
    where id = ${id} and import_hash is not null`,
);

/** The import has ended without a connection: the tokens are to be revoked now, for so many seconds. */
export async function giveUpKeptImport(
  database: Database,
  ended: { id: string; accountId: string | null; personId: string | null; seconds: number },
): Promise<void> {
  await giveUp.run(database, ended);
}
