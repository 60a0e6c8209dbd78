/**
 * How many rows a page of a list reads when no index serves its filters. This takes about 20 ms. A page that then has too
 * few rows is continued at its cursor.
 */
export const SCAN_ROWS = 10_000;
