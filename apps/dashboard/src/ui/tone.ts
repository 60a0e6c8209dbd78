/** The six meanings that a colour can have. A tone never stands alone: an icon and a word say the same. */
export type Tone = 'neutral' | 'active' | 'success' | 'warning' | 'danger' | 'muted';

/** Written out, because Tailwind finds class names in the source. */
export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  neutral: 'text-neutral',
  active: 'text-active',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
  muted: 'text-muted',
};

export const TONE_TINT: Readonly<Record<Tone, string>> = {
  neutral: 'bg-neutral-tint text-neutral',
  active: 'bg-active-tint text-active',
  success: 'bg-success-tint text-success',
  warning: 'bg-warning-tint text-warning',
  danger: 'bg-danger-tint text-danger',
  muted: 'bg-muted-tint text-muted',
};

export const TONE_SOLID: Readonly<Record<Tone, string>> = {
  neutral: 'bg-neutral-solid',
  active: 'bg-active-solid',
  success: 'bg-success-solid',
  warning: 'bg-warning-solid',
  danger: 'bg-danger-solid',
  muted: 'bg-muted-solid',
};

/** For the bars and areas of a chart in SVG. */
export const TONE_FILL: Readonly<Record<Tone, string>> = {
  neutral: 'fill-neutral-solid',
  active: 'fill-active-solid',
  success: 'fill-success-solid',
  warning: 'fill-warning-solid',
  danger: 'fill-danger-solid',
  muted: 'fill-muted-solid',
};
