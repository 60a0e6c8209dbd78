import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { LoaderCircle, type LucideIcon, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './kbd.tsx';
import { DIALOG_LAYER } from './layers.ts';

export interface Command {
  /** Unique in the dialog. */
  id: string;
  label: string;
  icon: LucideIcon;
  /** A quieter word behind the label. */
  detail?: string | undefined;
  shortcut?: string | undefined;
  onSelect: () => void;
}

export interface CommandGroup {
  /** The heading. */
  value: string;
  items: readonly Command[];
}

interface CommandDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  label: string;
  placeholder: string;
  words: string;
  onWordsChange: (words: string) => void;
  /** What fits the words, already filtered. */
  groups: readonly CommandGroup[];
  isBusy?: boolean | undefined;
  /** In place of the list when nothing fits. */
  emptyText: ReactNode;
}

/** A box in which one types what one looks for, with what was found below it. */
export function CommandDialog({
  open,
  onOpenChange,
  label,
  placeholder,
  words,
  onWordsChange,
  groups,
  isBusy = false,
  emptyText,
}: CommandDialogProps) {
  const hasResults = groups.some(({ items }) => items.length > 0);
  const Icon = isBusy ? LoaderCircle : Search;
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={classNames('fade-motion fixed inset-0 bg-backdrop', DIALOG_LAYER)} />
        <Dialog.Viewport
          className={classNames('fixed inset-0 flex justify-center p-3 pt-[12vh]', DIALOG_LAYER)}
        >
          <Dialog.Popup
            aria-label={label}
            className="dialog-motion flex h-fit max-h-[min(28rem,76vh)] w-full max-w-lg flex-col overflow-hidden rounded-lg bg-raised shadow-dialog"
          >
            <Autocomplete.Root
              open
              inline
              mode="none"
              items={groups}
              filter={null}
              value={words}
              onValueChange={(next) => onWordsChange(next)}
              itemToStringValue={(command: Command) => command.label}
              autoHighlight="always"
              keepHighlight
            >
              <div className="flex h-11 shrink-0 items-center gap-2.5 border-line border-b px-3.5">
                <Icon
                  aria-hidden
                  className={classNames('size-4 shrink-0 text-faint', isBusy && 'animate-spin')}
                />
                <Autocomplete.Input
                  aria-label={label}
                  placeholder={placeholder}
                  className="h-full min-w-0 flex-1 bg-transparent text-md outline-none"
                />
                <Dialog.Close aria-label="Esc: close" className="rounded-sm">
                  <Kbd keys="Escape" />
                </Dialog.Close>
              </div>
              {!hasResults && (
                <div role="status" className="px-4 py-6 text-center text-subtle">
                  {emptyText}
                </div>
              )}
              <Autocomplete.List className="min-h-0 flex-1 overflow-y-auto p-1.5 outline-none empty:hidden">
                {(group: CommandGroup) => (
                  <Autocomplete.Group key={group.value} items={group.items} className="not-first:mt-1.5">
                    <Autocomplete.GroupLabel className="px-2 py-1 text-2xs text-faint">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(command: Command) => (
                        <Autocomplete.Item
                          key={command.id}
                          value={command}
                          onClick={() => {
                            onOpenChange(false);
                            command.onSelect();
                          }}
                          className="flex h-8 select-none items-center gap-2.5 rounded-md px-2 outline-none data-highlighted:bg-hover"
                        >
                          <command.icon aria-hidden className="size-4 shrink-0 text-subtle" />
                          <span className="truncate">{command.label}</span>
                          {command.detail !== undefined && (
                            <span className="min-w-0 truncate text-faint text-xs">{command.detail}</span>
                          )}
                          {command.shortcut !== undefined && (
                            <Kbd keys={command.shortcut} className="ml-auto" />
                          )}
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
