import type { Zone } from './zone.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });

/** `now`, `12s ago`, `4m ago`, `3h ago`, `2d ago`, `in 5m`: one unit, rounded down. */
export function formatRelative(timeMs: number, nowMs: number): string {
  const elapsed = nowMs - timeMs;
  const distance = Math.abs(elapsed);
  if (distance < SECOND) return 'now';
  const [unit, size] =
    distance < MINUTE
      ? (['second', SECOND] as const)
      : distance < HOUR
        ? (['minute', MINUTE] as const)
        : distance < DAY
          ? (['hour', HOUR] as const)
          : (['day', DAY] as const);
  const count = Math.floor(distance / size);
  return relative.format(elapsed > 0 ? -count : count, unit);
}

const timeZoneOf = (zone: Zone) => (zone === 'utc' ? { timeZone: 'UTC' } : {});

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(name: string, zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${zone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, ...timeZoneOf(zone) });
  formats.set(key, made);
  return made;
}

/** `1 Dec 2026, 15:04:05.123 UTC`: for tooltips and details. */
export const formatAbsolute = (timeMs: number, zone: Zone): string =>
  formatOf('absolute', zone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  }).format(timeMs);

/** `15:04:05.123`: for a timeline, whose day is said once. */
export const formatTimeOfDay = (timeMs: number, zone: Zone): string =>
  formatOf('time', zone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(timeMs);

/** `1 Dec, 15:04`: for axes and ranges. */
export const formatMinute = (timeMs: number, zone: Zone): string =>
  formatOf('minute', zone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(
    timeMs,
  );

/** `850 ms`, `1.2 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(ms < 10 * SECOND ? 1 : 0)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'min');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}
