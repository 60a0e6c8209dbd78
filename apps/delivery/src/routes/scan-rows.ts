/**
 * How many rows a page of a list looks through when its filters are served by no index. What takes 20 ms is bearable,
 * and a page that holds less than it could goes on at its cursor.
 */
export const SCAN_ROWS = 10_000;
