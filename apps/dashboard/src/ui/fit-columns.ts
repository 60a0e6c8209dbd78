interface Fitted {
  width: string;
  /** The list must be at least this wide for the column to be shown. */
  minListWidth?: number | undefined;
}

/** The columns that a list of this width shows. */
export const fitColumns = <Column extends Fitted>(
  columns: readonly Column[],
  listWidth: number,
): readonly Column[] => columns.filter(({ minListWidth = 0 }) => listWidth >= minListWidth);

/** The tracks of the grid that header and rows share. */
export const gridTracks = (columns: readonly Fitted[], hasSelection: boolean): string =>
  [...(hasSelection ? ['1rem'] : []), ...columns.map(({ width }) => width)].join(' ');
