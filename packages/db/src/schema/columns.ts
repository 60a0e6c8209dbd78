import { customType } from 'drizzle-orm/pg-core';

/** Bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Postgres' own form, where a session's time zone is whole hours or minutes off UTC. */
const TIMESTAMPTZ = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)([+-]\d{2})(:\d{2})?$/;

/**
 * A moment, as a Date. Drizzle's own column hands Postgres' text to Date, which takes the years 1 to 99 for some of
 * the last or this century; in the form of ISO 8601 it reads each year as it stands there.
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
