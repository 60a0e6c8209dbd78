import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd.tsx';
import { POPUP_LAYER } from './layers.ts';

interface TooltipProps {
  text: ReactNode;
  shortcut?: string | undefined;
  side?: 'top' | 'bottom' | 'left' | 'right' | undefined;
  /** One element that takes the focus. */
  children: ReactElement;
}

/** A word about what is under the pointer or has the focus. It has no information that is nowhere else. */
export function Tooltip({ text, shortcut, side = 'top', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className={POPUP_LAYER}>
          <Base.Popup className="popup-motion flex max-w-xs items-center gap-2 rounded-md bg-raised px-2 py-1 text-text text-xs shadow-popup">
            {text}
            {shortcut !== undefined && <Kbd keys={shortcut} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
