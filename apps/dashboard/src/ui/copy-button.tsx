import { Check, Copy, X } from 'lucide-react';
import { IconButton } from './icon-button.tsx';
import { useCopy } from './use-copy.ts';

interface CopyButtonProps {
  text: string;
  /** What is copied: `Copy the id`. */
  label?: string | undefined;
  size?: 'small' | 'medium' | undefined;
  className?: string | undefined;
}

export function CopyButton({ text, label = 'Copy', size = 'small', className }: CopyButtonProps) {
  const { copy, state } = useCopy();
  return (
    <>
      <IconButton
        icon={{ idle: Copy, copied: Check, refused: X }[state]}
        label={
          {
            idle: label,
            copied: 'Copied',
            refused: 'The browser refused. Select the text and copy it',
          }[state]
        }
        size={size}
        className={className}
        onClick={() => copy(text)}
      />
      <span role="status" className="sr-only">
        {state === 'copied' && 'Copied'}
      </span>
    </>
  );
}
