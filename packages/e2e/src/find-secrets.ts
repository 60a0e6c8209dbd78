import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Something to search, such as the rows of a table. */
export interface SearchedText {
  readonly where: string;
  readonly bytes: Buffer;
}

const MIN_SECRET_BYTES = 8;
const BATCH_ROWS = 100_000;

/**
 * Searches for secrets in clear, in hexadecimal digits and in base64, wherever in the encoded bytes they begin.
 * @returns a line for each find, without the secret
 */
export function findSecrets(texts: readonly SearchedText[], secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret, index) =>
    formsOf(secret).map((form) => ({ ...form, name: `secret ${index} (${secret.slice(0, 16)}…)` })),
  );
  return texts.flatMap(({ where, bytes }) =>
    forms.flatMap(({ name, encoding, needle }) => {
      const at = bytes.indexOf(needle);
      return at < 0 ? [] : [`${where} has ${name}, ${encoding}, at byte ${at}`];
    }),
  );
}

function formsOf(secret: string): { encoding: string; needle: Buffer }[] {
  const bytes = Buffer.from(secret, 'utf8');
  if (bytes.length < MIN_SECRET_BYTES) throw new RangeError('so short a text would be found by chance');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last digits depend on the bytes around it.
    const inner = encoded.slice(shift === 0 ? 0 : shift + 1, -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    { encoding: 'in clear', needle: bytes },
    ...[hex, hex.toUpperCase()].map((text) => ({ encoding: 'as hex', needle: Buffer.from(text) })),
    ...[...new Set(base64)].map((text) => ({ encoding: 'as base64', needle: Buffer.from(text) })),
  ];
}

/** All rows of all tables, as text. @param databaseUrl of a superuser, whom row security does not restrict */
export async function dumpTables(databaseUrl: string): Promise<SearchedText[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
    );
    const dumped: SearchedText[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${name} t limit ${BATCH_ROWS + 1}`,
      );
      if (rows.length > BATCH_ROWS) throw new Error(`${name} has too many rows`);
      dumped.push({ where: `table ${name}`, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) });
    }
    return dumped;
  } finally {
    await client.end();
  }
}

/** All files below a directory. A file that ends meanwhile is left out. */
export function readFiles(directory: string): SearchedText[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    try {
      return [{ where: `file ${path.slice(directory.length + 1)}`, bytes: readFileSync(path) }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
}
