import type { Spread } from '../measure/spread.ts';

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function formatMs(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 2 : 1);
}

export function formatMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MB`;
}

export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `47.1 % (45.0–49.3 %)`: the median and the range. */
export function formatSpread({ median, min, max }: Spread): string {
  return `${formatPercent(median)} (${(min * 100).toFixed(1)}–${formatPercent(max)})`;
}
