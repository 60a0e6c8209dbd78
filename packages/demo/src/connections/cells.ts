/** What a platform has to show, in order. */
export const STEPS = ['connected', 'registered', 'pushed', 'polled', 'refreshed', 'kept', 'revoked'] as const;

export type Step = (typeof STEPS)[number];

export type Cell =
  /** `what`: the type of the event, or what was seen. */
  | { readonly state: 'done'; readonly what: string; readonly ms: number }
  /** The platform has no such thing. */
  | { readonly state: 'absent' }
  | { readonly state: 'failed'; readonly why: string };

export interface Row {
  readonly provider: string;
  readonly cells: Readonly<Record<Step, Cell>>;
}

export function isComplete(rows: readonly Row[]): boolean {
  return rows.every(({ cells }) => STEPS.every((step) => cells[step].state !== 'failed'));
}

/** The lines of a table: a platform in each row, a step in each column, and below it why cells failed. */
export function formatTable(rows: readonly Row[]): string[] {
  const body = rows.map(({ provider, cells }) => [provider, ...STEPS.map((step) => textOf(cells[step]))]);
  const head = ['', ...STEPS];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((texts) => texts[column]?.length ?? 0)),
  );
  const toLine = (texts: readonly string[]) =>
    `  ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  const failures = rows.flatMap(({ provider, cells }) =>
    STEPS.flatMap((step) => {
      const cell = cells[step];
      return cell.state === 'failed' ? [`  ✗ ${provider}, ${step}: ${cell.why}`] : [];
    }),
  );
  return [toLine(head), ...body.map(toLine), ...failures];
}

function textOf(cell: Cell): string {
  switch (cell.state) {
    case 'done':
      return `${cell.what} ${Math.round(cell.ms)} ms`;
    case 'absent':
      return '–';
    case 'failed':
      return 'failed';
  }
}
