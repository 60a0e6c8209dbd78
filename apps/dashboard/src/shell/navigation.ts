import type { Scope } from '@hookline/contracts';
import { Gauge, type LucideIcon, MailX, Send, Webhook } from 'lucide-react';
import type { ShortcutName } from '../keys/shortcuts.ts';

export interface NavigationItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Who lacks it does not see the page. */
  scope: Scope;
  shortcut: ShortcutName;
}

/** The pages, in the order of the side bar. */
export const NAVIGATION: readonly NavigationItem[] = [
  { href: '/', label: 'Overview', icon: Gauge, scope: 'events:read', shortcut: 'goOverview' },
  { href: '/events', label: 'Events', icon: Webhook, scope: 'events:read', shortcut: 'goEvents' },
  { href: '/deliveries', label: 'Deliveries', icon: Send, scope: 'events:read', shortcut: 'goDeliveries' },
  {
    href: '/dead-letters',
    label: 'Dead letters',
    icon: MailX,
    scope: 'events:read',
    shortcut: 'goDeadLetters',
  },
];

/** Whether a page, or a page below it, is open. */
export const isOpen = (href: string, location: string): boolean =>
  href === '/' ? location === '/' : location === href || location.startsWith(`${href}/`);
