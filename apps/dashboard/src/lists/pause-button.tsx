import { Pause, Play } from 'lucide-react';
import { keysOf } from '../keys/shortcuts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { Hold } from './use-hold.ts';

/** Stops a live list, so that it can be read in peace. */
export function PauseButton({ hold: { isPaused, togglePause } }: { hold: Hold }) {
  return (
    <IconButton
      icon={isPaused ? Play : Pause}
      label={isPaused ? 'Resume the live list' : 'Pause the live list'}
      shortcut={keysOf('pause')}
      isPressed={isPaused}
      onClick={togglePause}
    />
  );
}
