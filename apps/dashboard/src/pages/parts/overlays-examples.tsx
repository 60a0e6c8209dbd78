import { Ban, Ellipsis, Inbox, RotateCw, Send, Settings2, Trash2, Webhook } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { CurlLine } from '../../ui/curl-line.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLink, MenuSeparator } from '../../ui/menu.tsx';
import { Popover } from '../../ui/popover.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Example } from './example.tsx';

export function OverlaysExamples() {
  const toast = useToast();
  const [isAsking, setAsking] = useState(false);
  const [isSearching, setSearching] = useState(false);
  const [words, setWords] = useState('');
  const [zone, setZone] = useState<'local' | 'utc'>('local');
  const commands = [
    { id: 'events', label: 'Events', icon: Inbox, shortcut: 'g e', onSelect: () => {} },
    { id: 'endpoints', label: 'Endpoints', icon: Webhook, shortcut: 'g p', onSelect: () => {} },
    { id: 'settings', label: 'Settings', detail: 'keys, audit, alerts', icon: Settings2, onSelect: () => {} },
  ].filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()));
  return (
    <>
      <Example title="Dialog, Menu, Popover, Toast, CommandDialog" isWide>
        <Button onClick={() => setAsking(true)}>Open the dialog</Button>
        <Menu trigger={<Button>Open the menu</Button>}>
          <MenuItem icon={RotateCw} shortcut="r" onSelect={() => {}}>
            Retry
          </MenuItem>
          <MenuItem icon={Send} onSelect={() => {}}>
            Replay to…
          </MenuItem>
          <MenuLink href="/parts">Open at GitHub</MenuLink>
          <MenuSeparator />
          <MenuChoice
            label="Times"
            value={zone}
            onChange={setZone}
            options={[
              { value: 'local', label: 'Local time' },
              { value: 'utc', label: 'UTC' },
            ]}
          />
          <MenuSeparator />
          <MenuItem icon={Ban} isDisabled onSelect={() => {}}>
            Cancel
          </MenuItem>
          <MenuItem icon={Trash2} tone="danger" onSelect={() => {}}>
            Delete
          </MenuItem>
        </Menu>
        <Menu align="end" trigger={<IconButton icon={Ellipsis} label="More" />}>
          <MenuItem onSelect={() => {}}>Copy the id</MenuItem>
        </Menu>
        <Popover trigger={<Button>Open the popover</Button>} title="Time range" className="w-64">
          <TextField label="From" value="1 Dec 2026, 12:00" onChange={() => {}} />
        </Popover>
        <Button onClick={() => setSearching(true)} shortcut="mod+k">
          Look up
        </Button>
        <Button
          onClick={() =>
            toast({
              tone: 'success',
              title: 'Sent again',
              description: 'Attempt 3 will be made at once.',
              action: { label: 'Show', onClick: () => {} },
            })
          }
        >
          Show a toast
        </Button>
        <Button
          onClick={() =>
            toast({
              tone: 'danger',
              title: 'The endpoint was not changed',
              description: 'Postgres is unavailable. Try again in a moment.',
            })
          }
        >
          Show a failure
        </Button>
      </Example>
      <Dialog
        open={isAsking}
        onOpenChange={setAsking}
        title="Retry 3,412 deliveries?"
        description="All deliveries that gave up since yesterday and match the filters are sent again."
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button tone="primary" onClick={() => setAsking(false)}>
              Retry all
            </Button>
          </>
        }
      >
        <CurlLine
          curl={`curl -X POST http://127.0.0.1:3000/api/replays -H "authorization: Bearer $HOOKLINE_KEY" -d '{"status":"failed"}'`}
          cli="hookline replays create --status failed"
        />
      </Dialog>
      <CommandDialog
        open={isSearching}
        onOpenChange={setSearching}
        label="Look up an id, or go to a page"
        placeholder="Paste an id, or type a page"
        words={words}
        onWordsChange={setWords}
        groups={commands.length === 0 ? [] : [{ value: 'Pages', items: commands }]}
        emptyText="Nothing has this id, and no page has this name."
      />
    </>
  );
}
