import { useFromNow } from '../time/clock.ts';
import { formatAbsolute, formatRelative, formatTimeOfDay } from '../time/format-time.ts';
import { useZone } from '../time/zone.ts';
import { classNames } from './class-names.ts';

interface TimeProps {
  /** RFC 3339, as the API gives it. */
  at: string;
  /** `relative` in lists, `clock` on a timeline, `absolute` in details. */
  form?: 'relative' | 'clock' | 'absolute' | undefined;
  className?: string | undefined;
}

/**
 * A time. Its title has the whole time, with zone and milliseconds. The title is the browser's own: a
 * list has hundreds of times, and a `Tooltip` for each would make scrolling slow.
 */
export function Time({ at, form = 'relative', className }: TimeProps) {
  const timeMs = Date.parse(at);
  const zone = useZone();
  const relative = useFromNow((nowMs) => formatRelative(timeMs, nowMs));
  const absolute = formatAbsolute(timeMs, zone);
  const shown = { relative, clock: formatTimeOfDay(timeMs, zone), absolute }[form];
  return (
    <time
      dateTime={at}
      title={form === 'absolute' ? relative : absolute}
      className={classNames('whitespace-nowrap tabular-nums', className)}
    >
      {shown}
    </time>
  );
}
