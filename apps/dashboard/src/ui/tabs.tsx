import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface Tab<Value extends string> {
  value: Value;
  label: string;
  /** A number behind the label, such as how many there are. */
  count?: number | undefined;
  content: ReactNode;
}

interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  items: readonly Tab<Value>[];
  /** At the right of the tabs, such as a search or a button. */
  end?: ReactNode;
  className?: string | undefined;
}

/** Several views of one thing. Only the open one is rendered. */
export function Tabs<Value extends string>({
  label,
  value,
  onChange,
  items,
  end,
  className,
}: TabsProps<Value>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      className={classNames('flex min-h-0 flex-col', className)}
    >
      <div className="flex items-center gap-2 border-line border-b">
        <Base.List
          aria-label={label}
          className="relative flex min-w-0 flex-1 gap-1 overflow-x-auto [scrollbar-width:none]"
        >
          {items.map((item) => (
            <Base.Tab
              key={item.value}
              value={item.value}
              className="inline-flex h-8 select-none items-center gap-1.5 whitespace-nowrap rounded-sm px-2 font-medium text-subtle text-sm -outline-offset-2 hover:text-text data-active:text-text"
            >
              {item.label}
              {item.count !== undefined && (
                <span className="rounded-full bg-muted-tint px-1.5 text-2xs text-muted tabular-nums">
                  {item.count}
                </span>
              )}
            </Base.Tab>
          ))}
          <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent transition-all" />
        </Base.List>
        {end}
      </div>
      {items.map((item) => (
        <Base.Panel key={item.value} value={item.value} className="min-h-0 flex-1 pt-3 -outline-offset-2">
          {item.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
