/** A token of `tokens.pcss` without `--color-`. */
export type SeriesColour =
  | `series-${1 | 2 | 3 | 4 | 5 | 6}`
  | `${'neutral' | 'active' | 'success' | 'warning' | 'danger' | 'muted'}-solid`;

export interface TimeSeriesProps {
  /** What is shown: `Deliveries per minute`. */
  label: string;
  /** The times of all values, from the oldest to the newest. */
  timesMs: readonly number[];
  series: readonly { id: string; label: string; colour: SeriesColour; values: readonly (number | null)[] }[];
  /** How a value is written: `42/min`, `180 ms`. */
  format?: ((value: number) => string) | undefined;
  height?: number | undefined;
  onBrush?: ((fromMs: number, toMs: number) => void) | undefined;
  className?: string | undefined;
}
