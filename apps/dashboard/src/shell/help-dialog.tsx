import { Fragment } from 'react';
import { SHORTCUTS } from '../keys/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';

const GROUPS = Map.groupBy(Object.values(SHORTCUTS), ({ group }) => group);

/** All keyboard shortcuts. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts" size="large">
      <div className="grid gap-4 sm:grid-cols-2">
        {[...GROUPS].map(([group, shortcuts]) => (
          <section key={group}>
            <h3 className="mb-1 font-medium text-subtle text-xs">{group}</h3>
            <dl className="grid grid-cols-[auto_1fr] items-center gap-x-3 gap-y-1">
              {shortcuts.map(({ keys, title }) => (
                <Fragment key={title}>
                  <dt className="flex gap-1">
                    {keys.map((each) => (
                      <Kbd key={each} keys={each} />
                    ))}
                  </dt>
                  <dd>{title}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
