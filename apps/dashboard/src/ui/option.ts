import type { ReactNode } from 'react';

/** The look of an option in a list of them. */
export const OPTION_CLASS =
  'flex h-7 select-none items-center gap-2 rounded-sm px-2 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover';

/** What a `Select`, a `Combobox` or a `SegmentedControl` offers. */
export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  /** A second, quieter word behind the label. */
  detail?: ReactNode;
}
