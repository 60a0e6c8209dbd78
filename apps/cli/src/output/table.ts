import { fitText, padText, widthOf } from '../terminal/fit-text.ts';
import type { Paint } from '../terminal/paint.ts';
import { safeLine } from '../terminal/safe-text.ts';

export interface Column<Row> {
  title: string;
  /** The text of the cell. Empty: nothing is known. */
  text(row: Row): string;
}

/** Between two columns of a terminal. */
const GAP = '  ';
/** No column is made narrower than this. */
const MIN_COLUMN = 8;

/**
 * Rows for a person: aligned, with titles, cut to the width of the terminal. The last column is never cut, so that
 * an id can be copied.
 */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: Paint,
): string {
  const cells = rows.map((row) => columns.map(({ text }) => safeLine(text(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  shrink(widths, width - GAP.length * (columns.length - 1));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const isLast = index === columns.length - 1;
        return isLast ? text : padText(fitText(text, widths[index] ?? 0), widths[index] ?? 0);
      })
      .join(GAP)
      .trimEnd();
  const head = paint('dim', line(columns.map(({ title }) => title)));
  return [head, ...cells.map(line)].map((text) => `${text}\n`).join('');
}

/** Rows for a program: one line each, columns separated by tabs, no titles, nothing cut. */
export function formatRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => `${columns.map(({ text }) => safeLine(text(row))).join('\t')}\n`).join('');
}

/** Takes columns from the widest ones until all fit, the last one excepted. */
function shrink(widths: number[], available: number): void {
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, 0) - available;
    const shrinkable = widths.slice(0, -1);
    const widest = Math.max(...shrinkable, 0);
    if (excess <= 0 || widest <= MIN_COLUMN) return;
    const second = Math.max(MIN_COLUMN, ...shrinkable.filter((width) => width < widest));
    const index = widths.indexOf(widest);
    widths[index] = Math.max(
      MIN_COLUMN,
      second === widest ? widest - excess : Math.max(second, widest - excess),
    );
  }
}
