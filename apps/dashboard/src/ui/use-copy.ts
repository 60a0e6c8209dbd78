import { useCallback, useEffect, useRef, useState } from 'react';

const SHOWN_MS = 1_500;

/** Copies a text. `state` says for a moment what came of it. */
export function useCopy(): { copy: (text: string) => void; state: 'idle' | 'copied' | 'refused' } {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback((text: string) => {
    const show = (next: 'copied' | 'refused') => {
      setState(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setState('idle'), SHOWN_MS);
    };
    writeToClipboard(text).then(
      () => show('copied'),
      () => show('refused'),
    );
  }, []);
  return { copy, state };
}

/** A browser has no clipboard for a page that came over plain HTTP from another machine. */
async function writeToClipboard(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error('The browser gives this page no clipboard');
  await navigator.clipboard.writeText(text);
}
