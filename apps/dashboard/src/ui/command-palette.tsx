import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { LoaderCircle, type LucideIcon, Search } from 'lucide-react';
import { classNames } from './class-names.ts';
import { Kbd } from './kbd.tsx';
import { DIALOG_LAYER } from './layers.ts';

export interface PaletteItem {
  id: string;
  group: string;
  title: string;
  detail?: string | undefined;
  icon: LucideIcon;
  shortcut?: string | undefined;
  onChoose: () => void;
}

interface CommandPaletteProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** The first one is chosen by Enter. */
  items: readonly PaletteItem[];
  isBusy: boolean;
  /** Under the list: that nothing was found, or that something may be missing. */
  message?: string | undefined;
  onClose: () => void;
}

/** A box to type in, and what it leads to. */
export function CommandPalette({ label, placeholder, value, onChange, items, isBusy, message, onClose }: CommandPaletteProps) {
  const groups = [...Map.groupBy(items, ({ group }) => group)].map(([group, members]) => ({ value: group, items: members }));
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={classNames('fade-motion fixed inset-0 bg-backdrop', DIALOG_LAYER)} />
        <Dialog.Viewport className={classNames('fixed inset-0 flex items-start justify-center p-4 pt-[12vh]', DIALOG_LAYER)}>
          <Dialog.Popup
            aria-label={label}
            className="dialog-motion flex max-h-[70vh] w-full max-w-xl flex-col overflow-hidden rounded-lg bg-raised shadow-dialog"
          >
            <Autocomplete.Root
              inline
              open
              items={groups}
              value={value}
              onValueChange={onChange}
              itemToStringValue={({ title }: PaletteItem) => title}
              filter={null}
              autoHighlight="always"
            >
              <div className="flex items-center gap-2 border-line border-b px-3">
                {isBusy ? (
                  <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-faint" />
                ) : (
                  <Search aria-hidden className="size-4 shrink-0 text-faint" />
                )}
                <Autocomplete.Input
                  aria-label={label}
                  placeholder={placeholder}
                  autoFocus
                  className="h-11 w-full bg-transparent text-md outline-none"
                />
              </div>
              <Autocomplete.List className="min-h-0 flex-1 overflow-y-auto p-1 empty:hidden">
                {(group: { value: string; items: PaletteItem[] }) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className="px-2 pt-1.5 pb-1 text-2xs text-faint">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(item: PaletteItem) => (
                        <Autocomplete.Item
                          key={item.id}
                          value={item}
                          onClick={item.onChoose}
                          className="flex min-h-8 select-none items-center gap-2 rounded-sm px-2 py-1 outline-none data-highlighted:bg-hover"
                        >
                          <item.icon aria-hidden className="size-3.5 shrink-0 text-faint" />
                          <span className="min-w-0 truncate">{item.title}</span>
                          {item.detail !== undefined && (
                            <span className="min-w-0 flex-1 truncate text-right text-faint text-xs">{item.detail}</span>
                          )}
                          {item.shortcut !== undefined && <Kbd keys={item.shortcut} className="ml-auto" />}
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
              {message !== undefined && (
                <p role="status" className="border-line border-t px-3 py-2 text-subtle text-xs">
                  {message}
                </p>
              )}
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
