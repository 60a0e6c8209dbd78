import { useEffect } from 'react';

const NAME = 'Hookline';

/** The title of the tab: what is open, then the name of the app. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? NAME : `${title} · ${NAME}`;
    return () => {
      document.title = NAME;
    };
  }, [title]);
}
