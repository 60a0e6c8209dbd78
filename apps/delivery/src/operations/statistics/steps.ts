/** The lengths of the steps in which statistics are kept, in seconds. Single endpoints have no rows by day. */
export const FINE_SECONDS = 300;
export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;

/** How far back the finest steps are read. They are kept longer; the rest is for events that come late. */
export const FINE_HOURS = 48;
