import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { classNames } from './class-names.ts';
import { DIALOG_LAYER } from './layers.ts';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** Buttons, the one that acts last. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'large' | undefined;
  /** What has the focus at first. Absent: the first control of the content. */
  initialFocus?: RefObject<HTMLElement | null> | undefined;
  children?: ReactNode;
}

/** Asks something before the page goes on. On a narrow screen it is at the top, where no toast covers its buttons. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  size = 'medium',
  initialFocus,
  children,
}: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={classNames('fade-motion fixed inset-0 bg-backdrop', DIALOG_LAYER)} />
        <Base.Viewport
          className={classNames(
            'fixed inset-0 flex items-start justify-center overflow-hidden p-4 pt-[12vh] max-sm:p-3',
            DIALOG_LAYER,
          )}
        >
          <Base.Popup
            {...(initialFocus === undefined ? {} : { initialFocus })}
            className={classNames(
              'dialog-motion relative flex max-h-[calc(88vh-1rem)] w-full flex-col rounded-lg bg-raised shadow-dialog',
              WIDTHS[size],
            )}
          >
            <header className="pt-3.5 pr-12 pb-2 pl-4">
              <Base.Title className="font-semibold text-md tracking-tight">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description render={<div />} className="mt-1 text-subtle">
                  {description}
                </Base.Description>
              )}
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto px-4 py-2">{children}</div>
            {footer !== undefined && (
              <footer className="flex flex-wrap items-center justify-end gap-2 px-4 pt-2 pb-4">
                {footer}
              </footer>
            )}
            {/* At the end, so that the focus begins in the content. */}
            <Base.Close
              aria-label="Close"
              className="absolute top-2.5 right-2.5 inline-flex size-7 items-center justify-center rounded-md text-subtle hover:bg-hover hover:text-text"
            >
              <X aria-hidden className="size-4" />
            </Base.Close>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

const WIDTHS = {
  small: 'sm:max-w-sm',
  medium: 'sm:max-w-md',
  large: 'sm:max-w-xl',
};
