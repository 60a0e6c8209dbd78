import { type PointerEvent, useState } from 'react';
import { useShortcut } from '../keys/use-shortcut.ts';

export interface Hold {
  /** Rows must not move: the list is scrolled, paused, or the pointer is on it. */
  isHeld: boolean;
  isPaused: boolean;
  togglePause: () => void;
  /** Lets rows move until the list is scrolled, paused or pointed at again. */
  release: () => void;
  setAtTop: (isAtTop: boolean) => void;
  /** For the element around the list. */
  area: { onPointerEnter: (event: PointerEvent) => void; onPointerLeave: () => void };
}

/** Whether rows of a live list may move. */
export function useHold(): Hold {
  const [isPaused, setPaused] = useState(false);
  const [isAtTop, setAtTop] = useState(true);
  const [isPointed, setPointed] = useState(false);
  const togglePause = () => setPaused((before) => !before);
  useShortcut('pause', togglePause);
  return {
    isHeld: isPaused || !isAtTop || isPointed,
    isPaused,
    togglePause,
    release() {
      setPaused(false);
      setPointed(false);
    },
    setAtTop,
    area: {
      onPointerEnter: ({ pointerType }) => setPointed(pointerType === 'mouse'),
      onPointerLeave: () => setPointed(false),
    },
  };
}
