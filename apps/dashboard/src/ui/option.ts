import type { ReactNode } from 'react';

/** What a `Select`, a `Combobox` or a `SegmentedControl` offers. */
export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  /** A second, quieter word behind the label. */
  detail?: ReactNode;
}
