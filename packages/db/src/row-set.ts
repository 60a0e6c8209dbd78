import { type SQL, sql } from 'drizzle-orm';
import { type ColumnValue, toColumnArrays } from './to-column-arrays.ts';

/** TypeScript's side of each type of Postgres that a row may hold. */
interface ValueOfType {
  text: string;
  boolean: boolean;
  integer: number;
  bigint: number;
  real: number;
  float8: number;
  /** RFC 3339. */
  timestamptz: string;
  /** The JSON text. */
  jsonb: string;
  /** Travels as hexadecimal text, twice its size: only for few bytes. */
  bytea: Uint8Array;
}

export type PostgresType = keyof ValueOfType;
/** A type with a question mark is that of a column that may be NULL: null or undefined in a row. */
export type ColumnType = PostgresType | `${PostgresType}?`;
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

export type ValueOf<Type extends ColumnType> = Type extends PostgresType
  ? ValueOfType[Type]
  : Type extends `${infer Base extends PostgresType}?`
    ? ValueOfType[Base] | null | undefined
    : never;

type RowOfTypes<Types extends ColumnTypes> = { [Name in keyof Types]: ValueOf<Types[Name]> };

/** A row of a row set. */
export type RowOf<Set> = Set extends RowSet<infer Types> ? RowOfTypes<Types> : never;

/**
 * The columns of rows that are sent to Postgres, each with its type, in one place: the type of a row in TypeScript, the
 * list of names in a statement, and the parameters are all made from it. A new column is a new line here.
 */
export interface RowSet<Types extends ColumnTypes = ColumnTypes> {
  /** To build a larger row set of. */
  readonly types: Types;
  /** `a, b, c`, or with an alias `t.a, t.b, t.c`. */
  columns(alias?: string): string;
  /**
   * `unnest($4::text[], $5::integer[]) as alias(a, b)`
   * @param first the number of the first parameter
   */
  unnest(alias: string, first: number): string;
  /** The values of the parameters: one array literal for each column. */
  values(rows: readonly RowOfTypes<Types>[]): string[];
  /** The same with its values, for a statement of drizzle. */
  unnestRows(rows: readonly RowOfTypes<Types>[], alias: string): SQL;
}

export function rowSet<const Types extends ColumnTypes>(types: Types): RowSet<Types> {
  const names = Object.keys(types);
  const arrayTypes = Object.values(types).map((type) => `${type.replace('?', '')}[]`);
  const list = names.join(', ');
  // An array ends with its last value (see toColumnArrays): one array at least must be as long as there are rows.
  const hasRequiredColumn = Object.values(types).some((type) => !type.endsWith('?'));
  const unnestTo = (alias: string) => {
    if (!hasRequiredColumn) throw new Error('rows can only be sent if one of their columns is never NULL');
    return `as ${alias}(${list})`;
  };
  const values = (rows: readonly RowOfTypes<Types>[]) =>
    toColumnArrays(rows as readonly Record<string, ColumnValue>[], names);
  return {
    types,
    columns: (alias) => (alias === undefined ? list : names.map((name) => `${alias}.${name}`).join(', ')),
    unnest(alias, first) {
      const arrays = arrayTypes.map((type, index) => `$${first + index}::${type}`);
      return `unnest(${arrays.join(', ')}) ${unnestTo(alias)}`;
    },
    values,
    unnestRows(rows, alias) {
      const arrays = values(rows).map(
        (array, index) => sql`${array}::${sql.raw(arrayTypes[index] as string)}`,
      );
      return sql`unnest(${sql.join(arrays, sql`, `)}) ${sql.raw(unnestTo(alias))}`;
    },
  };
}
