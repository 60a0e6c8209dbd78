import { Clock } from 'lucide-react';
import { formatMinute } from '../time/format-time.ts';
import { useZone } from '../time/zone.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { LAST_LABELS, LAST_RANGES, type LastRange, type TimeRange } from '../url/time-range.ts';

interface RangePickerProps {
  range: TimeRange | undefined;
  /** What no range means. */
  defaultLabel: string;
  onChange: (range: TimeRange | undefined) => void;
}

/** How far back a list goes. A range between two times is chosen in the histogram. */
export function RangePicker({ range, defaultLabel, onChange }: RangePickerProps) {
  const zone = useZone();
  const chosen = range && 'last' in range ? range.last : '';
  const label =
    range === undefined
      ? defaultLabel
      : 'last' in range
        ? LAST_LABELS[range.last]
        : `${formatMinute(Date.parse(range.startDate), zone)} – ${formatMinute(Date.parse(range.endDate), zone)}`;
  return (
    <Menu
      align="end"
      trigger={
        <Button size="small" icon={Clock}>
          {label}
        </Button>
      }
    >
      <MenuChoice<LastRange | ''>
        label="Received in"
        value={chosen}
        onChange={(last) => onChange(last === '' ? undefined : { last })}
        options={[
          { value: '', label: defaultLabel },
          ...LAST_RANGES.map((value) => ({ value, label: LAST_LABELS[value] })),
        ]}
      />
    </Menu>
  );
}
