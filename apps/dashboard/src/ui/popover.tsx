import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { POPUP_LAYER } from './layers.ts';

interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactElement;
  title?: string | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  align?: 'start' | 'center' | 'end' | undefined;
  className?: string | undefined;
  children: ReactNode;
}

/** A small form or an explanation beside the button that opens it. */
export function Popover({
  trigger,
  title,
  open,
  onOpenChange,
  align = 'start',
  className,
  children,
}: PopoverProps) {
  return (
    <Base.Root {...(open === undefined ? {} : { open })} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className={POPUP_LAYER}>
          <Base.Popup
            className={classNames(
              'popup-motion max-h-(--available-height) max-w-(--available-width) overflow-y-auto rounded-lg bg-raised p-3 text-sm shadow-popup',
              className,
            )}
          >
            {title !== undefined && <Base.Title className="mb-2 font-medium text-sm">{title}</Base.Title>}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
