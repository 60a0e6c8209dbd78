import { Menu as MenuIcon, Search } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import { keysOf } from '../keys/shortcuts.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { useSession } from '../session/access.ts';
import { classNames } from '../ui/class-names.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Link } from '../ui/link.tsx';
import { Menu, MenuLink } from '../ui/menu.tsx';
import { AccountMenu } from './account-menu.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { Logo } from './logo.tsx';
import { LookupContext } from './lookup-context.ts';
import { LookupDialog } from './lookup-dialog.tsx';
import { isOpen, NAVIGATION, type NavigationItem } from './navigation.ts';

/** What is around every page: the way to the others, the lookup, the state of the feed, the account. */
export function AppShell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const { scopes } = useSession();
  const [isLookupOpen, setLookupOpen] = useState(false);
  const [words, setWords] = useState('');
  const [isHelpOpen, setHelpOpen] = useState(false);
  const pages = NAVIGATION.filter(({ scope }) => scopes.includes(scope));
  const openLookup = useCallback((given = '') => {
    setWords(given);
    setLookupOpen(true);
  }, []);
  useShortcut('lookup', () => openLookup());
  useShortcut('help', () => setHelpOpen(true));

  return (
    <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)] lg:grid-cols-[12.5rem_minmax(0,1fr)] lg:grid-rows-1">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:px-3 focus:py-1.5 focus:shadow-popup"
      >
        Skip to the content
      </a>
      {pages.map((page) => (
        <PageShortcut key={page.href} {...page} />
      ))}
      <aside className="hidden min-h-0 flex-col gap-3 border-line border-r bg-canvas p-2 lg:flex">
        <Link
          href="/"
          look="bare"
          className="flex h-9 items-center gap-2 rounded-md px-2 font-semibold tracking-tight"
        >
          <Logo />
          Hookline
        </Link>
        <button
          type="button"
          onClick={() => openLookup()}
          className="flex h-7 items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-subtle shadow-control hover:border-faint"
        >
          <Search aria-hidden className="size-3.5" />
          Find anything
          <Kbd keys={keysOf('lookup')} className="ml-auto" />
        </button>
        <nav aria-label="Pages" className="grid gap-px">
          {pages.map(({ href, label, icon: Icon }) => {
            const isCurrent = isOpen(href, location);
            return (
              <Link
                key={href}
                href={href}
                look="bare"
                aria-current={isCurrent ? 'page' : undefined}
                className={classNames(
                  'flex h-7 items-center gap-2 rounded-md px-2 font-medium',
                  isCurrent ? 'bg-selected text-accent' : 'text-subtle hover:bg-hover hover:text-text',
                )}
              >
                <Icon aria-hidden className="size-4" />
                {label}
              </Link>
            );
          })}
        </nav>
        <div className="mt-auto flex items-center justify-between px-2">
          <LiveIndicator />
          <AccountMenu onHelp={() => setHelpOpen(true)} />
        </div>
      </aside>
      <header className="flex h-11 items-center gap-2 border-line border-b bg-canvas px-2 lg:hidden">
        <Menu trigger={<IconButton icon={MenuIcon} label="Pages" />}>
          {pages.map(({ href, label, icon }) => (
            <MenuLink key={href} href={href} icon={icon}>
              {label}
            </MenuLink>
          ))}
        </Menu>
        <span className="font-semibold tracking-tight">Hookline</span>
        <span className="ml-auto flex items-center">
          <LiveIndicator />
        </span>
        <IconButton
          icon={Search}
          label="Find anything"
          shortcut={keysOf('lookup')}
          onClick={() => openLookup()}
        />
        <AccountMenu onHelp={() => setHelpOpen(true)} />
      </header>
      <main id="content" className="flex min-h-0 min-w-0 flex-col bg-surface">
        <LookupContext value={openLookup}>{children}</LookupContext>
      </main>
      <LookupDialog open={isLookupOpen} onOpenChange={setLookupOpen} words={words} onWordsChange={setWords} />
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

/** Leads to a page by its keys. */
function PageShortcut({ href, shortcut }: NavigationItem) {
  const [, navigate] = useLocation();
  useShortcut(shortcut, () => navigate(href));
  return null;
}
