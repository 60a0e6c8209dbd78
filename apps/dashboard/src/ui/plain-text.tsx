import { classNames } from './class-names.ts';

interface PlainTextProps {
  /** What the text is, for screen readers. */
  label: string;
  text: string;
  /** Long lines go on in the next line. Absent: they are scrolled. */
  isWrapped?: boolean | undefined;
  className?: string | undefined;
}

/** Text as it is: a command, a body, the bytes of a request. */
export function PlainText({ label, text, isWrapped = false, className }: PlainTextProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <pre
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={classNames(
        'overflow-auto font-mono text-xs -outline-offset-2',
        isWrapped && 'whitespace-pre-wrap break-all',
        className,
      )}
    >
      {text}
    </pre>
  );
}
