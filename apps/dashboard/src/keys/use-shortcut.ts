import { useEffect, useRef } from 'react';
import { createKeyMatcher } from './key-matcher.ts';
import type { ShortcutName } from './shortcuts.ts';

type Handler = (event: KeyboardEvent) => void;

/** The newest handler of a shortcut gets it: a dialog before the page beneath it. */
const handlers = new Map<ShortcutName, { current: Handler }[]>();
const match = createKeyMatcher();

/** Keys that a focused control uses itself. */
const OF_CONTROLS: ReadonlySet<string> = new Set(['Enter', ' ', 'ArrowDown', 'ArrowUp', 'Escape']);

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.target instanceof Element ? event.target : undefined;
  const isModified = event.ctrlKey || event.metaKey;
  if (!isModified && target?.closest('input, textarea, select, [contenteditable="true"], .cm-editor')) return;
  // A dialog, a menu and a listbox have their own keys.
  if (target?.closest('[role="dialog"], [role="menu"], [role="listbox"]')) return;
  if (
    OF_CONTROLS.has(event.key) &&
    event.key !== 'Escape' &&
    target?.closest('button, [role="tab"], [role="radio"], summary')
  )
    return;
  const name = match(event, event.timeStamp);
  const handler = name === undefined ? undefined : handlers.get(name)?.at(-1);
  if (!handler) return;
  event.preventDefault();
  handler.current(event);
}

/** Calls the handler when the keys of a shortcut are pressed outside of text fields. */
export function useShortcut(name: ShortcutName, handler: Handler, isEnabled = true): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!isEnabled) return;
    if (handlers.size === 0) addEventListener('keydown', onKeyDown);
    const stack = handlers.get(name) ?? [];
    handlers.set(name, [...stack, latest]);
    return () => {
      const rest = (handlers.get(name) ?? []).filter((each) => each !== latest);
      if (rest.length > 0) handlers.set(name, rest);
      else handlers.delete(name);
      if (handlers.size === 0) removeEventListener('keydown', onKeyDown);
    };
  }, [name, isEnabled]);
}
