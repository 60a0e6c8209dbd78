import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './kbd.tsx';
import { POPUP_LAYER } from './layers.ts';
import { Link } from './link.tsx';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  align?: 'start' | 'end' | undefined;
  side?: 'top' | 'bottom' | 'right' | undefined;
  children: ReactNode;
}

/** Actions behind a button. */
export function Menu({ trigger, align = 'start', side = 'bottom', children }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={classNames('outline-none', POPUP_LAYER)}
        >
          <Base.Popup className="popup-motion max-h-(--available-height) min-w-44 overflow-y-auto rounded-lg bg-raised p-1 shadow-popup outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface MenuItemProps {
  icon?: LucideIcon | undefined;
  shortcut?: string | undefined;
  tone?: 'plain' | 'danger' | undefined;
  isDisabled?: boolean | undefined;
  children: ReactNode;
}

export function MenuItem({
  onSelect,
  isDisabled = false,
  ...content
}: MenuItemProps & { onSelect: () => void }) {
  return (
    <Base.Item disabled={isDisabled} onClick={onSelect} className={itemClass(content.tone)}>
      <MenuItemContent {...content} />
    </Base.Item>
  );
}

export function MenuLink({
  href,
  external,
  ...content
}: MenuItemProps & { href: string; external?: boolean }) {
  return (
    <Base.LinkItem
      closeOnClick
      render={<Link href={href} external={external} look="bare" />}
      className={itemClass(content.tone)}
    >
      <MenuItemContent {...content} />
    </Base.LinkItem>
  );
}

interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

/** One of several settings, such as the theme. */
export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: MenuChoiceProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className={GROUP_LABEL}>{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} closeOnClick className={itemClass('plain')}>
            <span className="flex-1">{option.label}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden className="size-3.5 text-accent" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />;
}

function MenuItemContent({ icon: Icon, shortcut, children }: MenuItemProps) {
  return (
    <>
      {Icon && <Icon aria-hidden className="size-3.5 shrink-0 opacity-80" />}
      <span className="flex-1 truncate">{children}</span>
      {shortcut !== undefined && <Kbd keys={shortcut} />}
    </>
  );
}

const GROUP_LABEL = 'px-2 pt-1.5 pb-1 text-2xs text-faint';

const itemClass = (tone: MenuItemProps['tone']): string =>
  classNames(
    'flex h-7 select-none items-center gap-2 rounded-sm px-2 text-sm outline-none',
    'data-disabled:opacity-50 data-highlighted:bg-hover',
    tone === 'danger' ? 'text-danger data-highlighted:bg-danger-tint' : 'text-text',
  );
