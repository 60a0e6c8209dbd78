/**
 * All keyboard shortcuts. The help lists them from here, buttons show them from here, and nothing else listens to keys.
 * `mod` is ⌘ on a Mac and Ctrl elsewhere; a space separates keys that follow each other.
 */
export const SHORTCUTS = {
  lookup: {
    keys: ['/', 'mod+k'],
    title: 'Find anything by an id, a name or a piece of payload',
    group: 'Everywhere',
  },
  help: { keys: ['?'], title: 'Show this list', group: 'Everywhere' },
  goOverview: { keys: ['g o'], title: 'Go to the overview', group: 'Everywhere' },
  goEvents: { keys: ['g e'], title: 'Go to the events', group: 'Everywhere' },
  goDeliveries: { keys: ['g d'], title: 'Go to the deliveries', group: 'Everywhere' },
  goDeadLetters: { keys: ['g l'], title: 'Go to the dead letters', group: 'Everywhere' },
  next: { keys: ['j', 'ArrowDown'], title: 'Next row', group: 'Lists' },
  previous: { keys: ['k', 'ArrowUp'], title: 'Previous row', group: 'Lists' },
  open: { keys: ['Enter'], title: 'Open the row in full width', group: 'Lists' },
  select: { keys: ['x'], title: 'Select the row', group: 'Lists' },
  failures: { keys: ['f'], title: 'Show only failures, and everything again', group: 'Lists' },
  pause: { keys: ['Space'], title: 'Pause the live list, and go on', group: 'Lists' },
  close: { keys: ['Escape'], title: 'Close the detail, or clear the selection', group: 'Lists' },
  retry: { keys: ['r'], title: 'Send the failed deliveries again', group: 'Events and deliveries' },
  copyId: { keys: ['c'], title: 'Copy the id', group: 'Events and deliveries' },
  payload: { keys: ['e'], title: 'Show the payload, and the journey again', group: 'Events and deliveries' },
} as const satisfies Record<string, { keys: readonly string[]; title: string; group: string }>;

export type ShortcutName = keyof typeof SHORTCUTS;

/** The first keys of a shortcut, as buttons and tooltips show them. */
export const keysOf = (name: ShortcutName): string => SHORTCUTS[name].keys[0];
