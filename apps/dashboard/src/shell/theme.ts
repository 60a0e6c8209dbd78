/** `system`: as the browser is set. */
export type Theme = 'system' | 'light' | 'dark';

const STORED_AS = 'hookline.theme';

export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function setTheme(theme: Theme): void {
  applyTheme(theme);
  try {
    localStorage.setItem(STORED_AS, theme);
  } catch {
    // The browser keeps nothing: the choice lasts until the page is closed.
  }
}
