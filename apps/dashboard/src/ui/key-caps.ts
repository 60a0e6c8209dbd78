const NAMES: Readonly<Record<string, string>> = {
  enter: '↵',
  escape: 'Esc',
  space: 'Space',
  shift: '⇧',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
};

/** What is printed on the keys of a shortcut: `mod+k` is `⌘ K` on a Mac and `Ctrl K` elsewhere, `g e` is `G E`. */
export function keyCaps(keys: string, isApple: boolean): readonly string[] {
  return keys
    .split(/[ +]/)
    .filter((key) => key !== '')
    .map((key) => {
      const name = key.toLowerCase();
      if (name === 'mod') return isApple ? '⌘' : 'Ctrl';
      if (name === 'alt') return isApple ? '⌥' : 'Alt';
      return NAMES[name] ?? key.toUpperCase();
    });
}
