import { Fragment, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface KeyValueItem {
  name: string;
  value: ReactNode;
  /** Shown behind the value while the pointer is on the row, such as a button that copies. */
  action?: ReactNode;
}

interface KeyValueProps {
  items: readonly KeyValueItem[];
  /** `mono`: for headers and other text of a protocol. */
  look?: 'plain' | 'mono' | undefined;
  className?: string | undefined;
}

/** Names and their values, one below the other. */
export function KeyValue({ items, look = 'plain', className }: KeyValueProps) {
  return (
    <dl
      className={classNames(
        'grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1',
        look === 'mono' && 'font-mono text-xs',
        className,
      )}
    >
      {items.map(({ name, value, action }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header can be there twice, and a row has no state
        <Fragment key={index}>
          <dt className="max-w-56 truncate text-subtle" title={name}>
            {name}
          </dt>
          <dd className="group/item relative flex min-w-0 items-start gap-2">
            <span className="min-w-0 break-words">{value}</span>
            {action !== undefined && (
              <span className="-my-0.5 shrink-0 opacity-0 transition-opacity focus-within:opacity-100 group-hover/item:opacity-100">
                {action}
              </span>
            )}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
