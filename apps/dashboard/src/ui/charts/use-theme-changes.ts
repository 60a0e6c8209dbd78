import { useSyncExternalStore } from 'react';

const dark = matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  dark.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', listener);
  };
}

/** Another value for each theme, for what has to be drawn again in other colours. */
export const useThemeChanges = (): string =>
  useSyncExternalStore(
    subscribe,
    () => document.documentElement.dataset['theme'] ?? (dark.matches ? 'dark' : 'light'),
  );
