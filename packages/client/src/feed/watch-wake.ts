/** The parts of a browser's globals that this file uses. Other platforms lack them. */
interface Browser {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  document?: {
    visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
}

/**
 * Calls `onWake` when a browser's page becomes visible or its network comes back: timers of hidden pages run late, and a
 * connection from before may be dead.
 * @returns ends it
 */
export function watchWake(onWake: () => void): () => void {
  const browser = globalThis as unknown as Browser;
  const { document } = browser;
  const onVisibility = () => {
    if (document?.visibilityState === 'visible') onWake();
  };
  browser.addEventListener?.('online', onWake);
  document?.addEventListener('visibilitychange', onVisibility);
  return () => {
    browser.removeEventListener?.('online', onWake);
    document?.removeEventListener('visibilitychange', onVisibility);
  };
}
