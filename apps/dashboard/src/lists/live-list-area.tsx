import { ArrowUp } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { Button } from '../ui/button.tsx';
import type { DataListHandle } from '../ui/data-list.tsx';
import type { Hold } from './use-hold.ts';

interface LiveListAreaProps {
  hold: Hold;
  list: RefObject<DataListHandle | null>;
  /** Rows that have arrived and are not shown. */
  waiting: number;
  children: ReactNode;
}

/** Around a live list: holds its rows while the pointer is on them, and offers those that arrived meanwhile. */
export function LiveListArea({ hold, list, waiting, children }: LiveListAreaProps) {
  return (
    <div className="flex min-h-0 flex-1 flex-col" {...hold.area}>
      {waiting > 0 && (
        <Button
          size="small"
          tone="primary"
          icon={ArrowUp}
          onClick={() => {
            hold.release();
            list.current?.scrollToTop();
          }}
          className="absolute top-9 left-1/2 z-10 -translate-x-1/2"
        >
          {waiting.toLocaleString('en')} new
        </Button>
      )}
      {children}
    </div>
  );
}
