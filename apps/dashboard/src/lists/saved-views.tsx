import type { ViewListName } from '@hookline/contracts';
import { Bookmark, Plus, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { useCall } from '../api/use-call.ts';
import { ChangeDialog } from '../changes/change-dialog.tsx';
import { useSession } from '../session/access.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { Switch } from '../ui/switch.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { Filters } from '../url/filters.ts';

interface SavedViewsProps {
  list: ViewListName;
  filters: Filters;
  /** Views that every installation has. */
  standard: readonly { name: string; filters: Filters }[];
  onChoose: (filters: Filters) => void;
}

const isSame = (one: Filters, other: Filters) => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
};

/** Filters under a name: those of Hookline, one's own and shared ones. */
export function SavedViews({ list, filters, standard, onChoose }: SavedViewsProps) {
  const views = useCall('listViews', { query: { list } }).data?.data ?? [];
  const [open, setOpen] = useState<'save' | 'delete'>();
  const current = [...standard, ...views].find((view) => isSame(view.filters, filters));
  const own = views.find((view) => view.isOwn && isSame(view.filters, filters));
  return (
    <>
      <Menu
        trigger={
          <Button size="small" icon={Bookmark}>
            {current?.name ?? 'Views'}
          </Button>
        }
      >
        {standard.map((view) => (
          <MenuItem key={view.name} onSelect={() => onChoose(view.filters)}>
            {view.name}
          </MenuItem>
        ))}
        {views.length > 0 && <MenuSeparator />}
        {views.map((view) => (
          <MenuItem
            key={view.id}
            icon={view.shared ? Users : Bookmark}
            onSelect={() => onChoose(view.filters)}
          >
            {view.name}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem icon={Plus} isDisabled={Object.keys(filters).length === 0} onSelect={() => setOpen('save')}>
          Save these filters…
        </MenuItem>
        {own && (
          <MenuItem icon={Trash2} tone="danger" onSelect={() => setOpen('delete')}>
            Delete this view…
          </MenuItem>
        )}
      </Menu>
      {open === 'save' && <SaveView list={list} filters={filters} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && own && (
        <ChangeDialog
          title={`Delete the view "${own.name}"?`}
          description={own.shared ? 'It disappears for everybody who sees it.' : 'Only you see it.'}
          operation="deleteView"
          request={{ params: { id: own.id } }}
          confirm="Delete"
          tone="danger"
          done={() => 'The view is deleted'}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

interface SaveViewProps {
  list: ViewListName;
  filters: Filters;
  onClose: () => void;
}

function SaveView({ list, filters, onClose }: SaveViewProps) {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const { readOnly } = useSession();
  return (
    <ChangeDialog
      title="Save these filters as a view"
      description="It has the filters that are on now, without the range of time."
      operation="createView"
      request={{ body: { list, name: name.trim(), filters: { ...filters }, shared } }}
      confirm="Save"
      isReady={name.trim() !== ''}
      done={() => `The view "${name.trim()}" is saved`}
      onClose={onClose}
    >
      <TextField label="Name" autoFocus value={name} onChange={setName} maxLength={100} />
      {!readOnly && <Switch label="Everybody sees it" value={shared} onChange={setShared} />}
    </ChangeDialog>
  );
}
