import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Tooltip } from './tooltip.tsx';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  icon: LucideIcon;
  /** What the button does. It is the name for screen readers, and the tooltip. */
  label: string;
  shortcut?: string | undefined;
  size?: 'small' | 'medium' | undefined;
  /** For a button that switches something on and off. */
  isPressed?: boolean | undefined;
  className?: string | undefined;
}

/** A button with an icon alone. */
export function IconButton({
  icon: Icon,
  label,
  shortcut,
  size = 'medium',
  isPressed,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={isPressed}
        {...rest}
        className={classNames(
          'inline-flex shrink-0 items-center justify-center rounded-md text-subtle transition-colors',
          'hover:bg-hover hover:text-text active:bg-line disabled:pointer-events-none disabled:opacity-50',
          'aria-pressed:bg-selected aria-pressed:text-accent data-popup-open:bg-hover data-popup-open:text-text',
          size === 'small' ? 'size-6' : 'size-7',
          className,
        )}
      >
        <Icon aria-hidden className={size === 'small' ? 'size-3.5' : 'size-4'} />
      </button>
    </Tooltip>
  );
}
