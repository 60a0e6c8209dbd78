/** What a column may hold; times are text in RFC 3339. */
type Value = string | number | boolean | null | undefined;

/**
 * Rows as one array per column, for `unnest($1::text[], $2::integer[], …)`: a batch travels as a handful of values.
 * Measured with 21 columns and 500 rows, Postgres takes a row apart in 2 µs this way, and in 27 µs as JSON
 * (json_to_recordset). Undefined becomes null.
 *
 * Each array is Postgres' own literal, written here: pg's writer quotes and escapes every value whatever it holds,
 * which was a tenth of delivery's time and a quarter of what it allocated. What ends with nulls is cut off, because
 * unnest fills up with them: columns that are for failures cost nothing where nothing failed. So one column at least
 * must have a value in the last row.
 */
export function columnsOf<Row extends { [Name in keyof Row]: Value }>(
  rows: readonly Row[],
  names: readonly (keyof Row)[],
): string[] {
  return names.map((name) => {
    let literal = '';
    let nulls = 0;
    let isFirst = true;
    const quoted = new Map<string, string>();
    for (const row of rows) {
      const value = row[name];
      if (value === undefined || value === null) {
        nulls++;
        continue;
      }
      for (; nulls > 0; nulls--) {
        literal += isFirst ? 'NULL' : ',NULL';
        isFirst = false;
      }
      const element = elementOf(value, quoted);
      literal += isFirst ? element : `,${element}`;
      isFirst = false;
    }
    return `{${literal}}`;
  });
}

/** Nothing that an array literal gives a meaning to, and not the word NULL. */
const PLAIN = /^[\w./:+=@-]+$/;

/** Quoted elements that a column remembers: the rows of a batch often hold the same few JSON texts. */
const MAX_REMEMBERED = 64;

/** @param quoted the quoted elements of the column so far, by their values */
function elementOf(value: string | number | boolean, quoted: Map<string, string>): string {
  if (typeof value !== 'string') return String(value);
  if (PLAIN.test(value) && !isNull(value)) return value;
  let element = quoted.get(value);
  if (element === undefined) {
    element = `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    if (quoted.size < MAX_REMEMBERED) quoted.set(value, element);
  }
  return element;
}

const isNull = (value: string) => value.length === 4 && value.toLowerCase() === 'null';
