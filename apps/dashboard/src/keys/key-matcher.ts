import { SHORTCUTS, type ShortcutName } from './shortcuts.ts';

/** The parts of a KeyboardEvent that matter. */
export interface PressedKey {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The second key of `g e` must follow within this time. */
const SEQUENCE_MS = 1_200;

/** `j`, `mod+k`, `Space`. @returns undefined for a combination that no shortcut uses, such as with Alt */
function nameOfKey({ key, ctrlKey, metaKey, altKey }: PressedKey): string | undefined {
  if (altKey) return undefined;
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toLowerCase() : key;
  return ctrlKey || metaKey ? `mod+${name}` : name;
}

/** Tells which shortcut a pressed key completes. It remembers the first key of a sequence for a moment. */
export function createKeyMatcher(): (pressed: PressedKey, nowMs: number) => ShortcutName | undefined {
  const byKeys = new Map<string, ShortcutName>();
  const firstKeys = new Set<string>();
  for (const name of Object.keys(SHORTCUTS) as ShortcutName[]) {
    for (const keys of SHORTCUTS[name].keys) {
      byKeys.set(keys, name);
      const [first, second] = keys.split(' ');
      if (first !== undefined && second !== undefined) firstKeys.add(first);
    }
  }
  let before: { key: string; atMs: number } | undefined;
  return (pressed, nowMs) => {
    const key = nameOfKey(pressed);
    const first = before && nowMs - before.atMs <= SEQUENCE_MS ? before.key : undefined;
    before = undefined;
    if (key === undefined) return undefined;
    const found = first === undefined ? byKeys.get(key) : (byKeys.get(`${first} ${key}`) ?? byKeys.get(key));
    if (found === undefined && firstKeys.has(key)) before = { key, atMs: nowMs };
    return found;
  };
}
