import { classNames } from './class-names.ts';
import { splitMiddle } from './split-middle.ts';

interface TruncatedProps {
  text: string;
  /** How many characters of the end stay. */
  kept?: number | undefined;
  className?: string | undefined;
}

/** A text that loses its middle when the place is too narrow. It is selected, copied and read out whole. */
export function Truncated({ text, kept = 6, className }: TruncatedProps) {
  const [start, end] = splitMiddle(text, kept);
  return (
    <span className={classNames('inline-flex min-w-0 max-w-full', className)}>
      <span className="truncate">{start}</span>
      {end !== '' && <span className="shrink-0 whitespace-pre">{end}</span>}
    </span>
  );
}
