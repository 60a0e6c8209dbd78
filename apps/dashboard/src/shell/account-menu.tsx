import { CircleUserRound, Keyboard, LogOut } from 'lucide-react';
import { useState } from 'react';
import { describeError } from '../api/describe-error.ts';
import { keysOf } from '../keys/shortcuts.ts';
import { useSession } from '../session/access.ts';
import { signOut } from '../session/sign-out.ts';
import { setZone, useZone } from '../time/zone.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { useToast } from '../ui/toast.tsx';
import { readTheme, setTheme, type Theme } from './theme.ts';

/** Who is signed in, and how times and colours are shown. */
export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const session = useSession();
  const zone = useZone();
  const toast = useToast();
  const [theme, setShownTheme] = useState<Theme>(readTheme);
  const who = session.userId ?? (session.readOnly ? 'Operator, read-only' : 'Operator');

  function chooseTheme(next: Theme) {
    setTheme(next);
    setShownTheme(next);
  }

  function leave() {
    signOut().catch((error: unknown) =>
      toast({ tone: 'danger', title: 'You are still signed in', description: describeError(error).title }),
    );
  }

  return (
    <Menu align="end" trigger={<IconButton icon={CircleUserRound} label={`Account: ${who}`} />}>
      <p className="max-w-56 truncate px-2 py-1 font-medium">{who}</p>
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
      <MenuChoice
        label="Theme"
        value={theme}
        onChange={chooseTheme}
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon={Keyboard} shortcut={keysOf('help')} onSelect={onHelp}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={leave}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
