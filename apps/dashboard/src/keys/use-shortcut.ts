import { useEffect, useRef } from 'react';
import { createKeyMatcher } from './key-matcher.ts';
import type { ShortcutName } from './shortcuts.ts';

type Handler = (event: KeyboardEvent) => void;

/** The newest handler of a shortcut gets it: a dialog before the page beneath it. */
const handlers = new Map<ShortcutName, { current: Handler }[]>();
const match = createKeyMatcher();

/** What one types in. */
const TEXT = 'input, textarea, select, [contenteditable="true"], .cm-editor';
/** What has keys of its own while it is open. */
const POPUPS = '[role="dialog"], [role="menu"], [role="listbox"]';
/** What Enter and Space press. */
const PRESSED = 'button, a[href], summary, [role="tab"], [role="radio"], [role="checkbox"]';
/** The row whose detail is open: Enter opens it in full width. */
const OPEN_ROW = '[data-row-link][aria-current="true"]';

/** Whether the element that has the focus uses the key itself. */
function isOfElement({ key, ctrlKey, metaKey }: KeyboardEvent, target: Element): boolean {
  if (target.closest(POPUPS)) return true;
  if (target.closest(TEXT)) return !ctrlKey && !metaKey;
  return (key === 'Enter' || key === ' ') && target.closest(PRESSED) !== null && !target.matches(OPEN_ROW);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.target instanceof Element && isOfElement(event, event.target)) return;
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
