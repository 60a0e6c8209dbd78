import { useState } from 'react';
import { classNames } from './class-names.ts';
import { CopyButton } from './copy-button.tsx';
import { PlainText } from './plain-text.tsx';
import { SegmentedControl } from './segmented-control.tsx';

interface CurlLineProps {
  /** The call of the API, ready for a shell. */
  curl: string;
  /** The same with the command line of Hookline. */
  cli?: string | undefined;
  className?: string | undefined;
}

/** What does the same in a terminal. */
export function CurlLine({ curl, cli, className }: CurlLineProps) {
  const [shown, setShown] = useState<'curl' | 'cli'>('curl');
  const text = shown === 'cli' && cli !== undefined ? cli : curl;
  return (
    <div
      className={classNames('overflow-hidden rounded-md border border-line bg-canvas text-left', className)}
    >
      <div className="flex h-8 items-center justify-between border-line border-b pr-1 pl-1.5">
        {cli === undefined ? (
          <span className="px-1 text-subtle text-xs">curl</span>
        ) : (
          <SegmentedControl
            label="Language of the command"
            size="small"
            value={shown}
            onChange={setShown}
            options={[
              { value: 'curl', label: 'curl' },
              { value: 'cli', label: 'hookline' },
            ]}
          />
        )}
        <CopyButton text={text} label="Copy the command" />
      </div>
      <PlainText label="Command" text={text} className="px-2.5 py-2" />
    </div>
  );
}
