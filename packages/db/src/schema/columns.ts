import { customType } from 'drizzle-orm/pg-core';

/** Bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** The text format of Postgres, for time zones that differ from UTC by whole hours or minutes. */
const TIMESTAMPTZ = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)([+-]\d{2})(:\d{2})?$/;

/**
 * A timestamptz as a Date. Drizzle's own column passes the text of Postgres to Date, which takes the years 1 to 99 for
 * years of the last or this century. From text in ISO 8601 Date reads every year as it is.
 */
export const moment = customType<{ data: Date; driverData: string | Date }>({
  dataType: () => 'timestamp with time zone',
  toDriver: (date) => date.toISOString(),
  fromDriver: (value) => {
    if (value instanceof Date) return value;
    const parts = TIMESTAMPTZ.exec(value);
    return new Date(parts ? `${parts[1]}T${parts[2]}${parts[3]}${parts[4] ?? ':00'}` : value);
  },
});
