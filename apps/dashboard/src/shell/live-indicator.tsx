import { CircleDot, CirclePause, LoaderCircle, WifiOff } from 'lucide-react';
import { useFeedSnapshot } from '../feed/feed-provider.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Tooltip } from '../ui/tooltip.tsx';

const LOOKS = {
  live: { tone: 'success', icon: CircleDot, word: 'Live', text: 'New events appear by themselves.' },
  connecting: {
    tone: 'muted',
    icon: LoaderCircle,
    word: 'Connecting',
    text: 'The live feed is being opened.',
  },
  waiting: {
    tone: 'warning',
    icon: WifiOff,
    word: 'Offline',
    text: 'The live feed broke off, and is opened again soon.',
  },
  paused: { tone: 'muted', icon: CirclePause, word: 'Paused', text: 'The live feed is paused.' },
  closed: {
    tone: 'danger',
    icon: WifiOff,
    word: 'Not live',
    text: 'The live feed has ended. Reload the page.',
  },
} as const satisfies Record<string, { tone: Tone; icon: typeof CircleDot; word: string; text: string }>;

/** Whether new events appear by themselves. */
export function LiveIndicator() {
  const { status, reason, perSecond, shownPerSecond } = useFeedSnapshot();
  const { tone, icon, word, text } = LOOKS[status];
  const isSampled = shownPerSecond < perSecond;
  return (
    <Tooltip text={reason === undefined ? text : `${text} ${reason}`} side="bottom">
      <span role="status" className="inline-flex items-center gap-2">
        <Badge tone={tone} icon={icon} look="plain">
          {word}
        </Badge>
        {isSampled && (
          <span className="whitespace-nowrap text-warning text-xs tabular-nums">
            showing {shownPerSecond}/s of {perSecond.toLocaleString('en')}/s
          </span>
        )}
      </span>
    </Tooltip>
  );
}
