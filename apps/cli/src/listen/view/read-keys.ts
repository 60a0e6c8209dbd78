/** What a key asks for. */
export type KeyAction =
  | 'down'
  | 'up'
  | 'page-down'
  | 'page-up'
  | 'newest'
  | 'details'
  | 'again'
  | 'open'
  | 'curl'
  | 'failures'
  | 'pause'
  | 'quit';

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  j: 'down',
  k: 'up',
  '\u001b[B': 'down',
  '\u001b[A': 'up',
  '\u001bOB': 'down',
  '\u001bOA': 'up',
  '\u001b[6~': 'page-down',
  '\u001b[5~': 'page-up',
  G: 'newest',
  '\u001b[F': 'newest',
  '\r': 'details',
  '\n': 'details',
  r: 'again',
  o: 'open',
  c: 'curl',
  f: 'failures',
  p: 'pause',
  ' ': 'pause',
  q: 'quit',
  '\u0004': 'quit',
};

const LONGEST = Math.max(...Object.keys(ACTIONS).map((key) => key.length));

/** The actions of the keys that were pressed since the last time. Others are ignored. */
export function readKeys(keys: string): KeyAction[] {
  const actions: KeyAction[] = [];
  for (let at = 0; at < keys.length; ) {
    let length = Math.min(LONGEST, keys.length - at);
    while (length > 1 && ACTIONS[keys.slice(at, at + length)] === undefined) length--;
    const action = ACTIONS[keys.slice(at, at + length)];
    if (action !== undefined) actions.push(action);
    // An unknown sequence: the rest of it must not be read as letters.
    else if (keys[at] === '\u001b') return actions;
    at += length;
  }
  return actions;
}
