/** The value of a column. Times are text in RFC 3339. */
export type ColumnValue = string | number | boolean | Uint8Array | null | undefined;

/**
 * Turns rows into one array for each column, for `unnest($1::text[], $2::integer[], …)`: a batch needs as many
 * parameters as it has columns. Undefined becomes NULL. Measured with 21 columns and 500 rows, Postgres reads a row in
 * 2 µs this way, and in 27 µs as JSON (json_to_recordset).
 *
 * Each array is written here, as a literal of Postgres. The writer of the driver quotes and escapes every value,
 * whatever the value is: that took a tenth of delivery's CPU time and a quarter of its allocations.
 *
 * NULLs at the end of an array are left out, because unnest fills up shorter arrays with NULL. So columns that only
 * failed deliveries have cost nothing in a batch without a failure. At least one column must have a value in the last
 * row.
 */
export function toColumnArrays(
  rows: readonly Readonly<Record<string, ColumnValue>>[],
  names: readonly string[],
): string[] {
  return names.map((name) => {
    const elements: string[] = [];
    /** Up to the last value that is not NULL. */
    let length = 0;
    const quoted = new Map<string, string>();
    let last: ColumnValue;
    let lastElement = '';
    for (const row of rows) {
      const value = row[name];
      if (value === undefined || value === null) {
        elements.push('NULL');
        continue;
      }
      // The rows of a batch have the same tenant, type or second more often than not.
      if (value !== last) {
        last = value;
        lastElement = toElement(value, quoted);
      }
      length = elements.push(lastElement);
    }
    elements.length = length;
    return `{${elements.join(',')}}`;
  });
}

/** Text without a character that has a meaning in an array literal. The word NULL has one as well. */
const PLAIN = /^[\w./:+=@-]+$/;

/** Of each column so many quoted elements are remembered: the rows of a batch often hold the same few JSON texts. */
const MAX_REMEMBERED = 64;

/** @param quoted the quoted elements of the column so far, by their values */
function toElement(value: string | number | boolean | Uint8Array, quoted: Map<string, string>): string {
  if (typeof value === 'object') return `"\\\\x${Buffer.from(value).toString('hex')}"`;
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
