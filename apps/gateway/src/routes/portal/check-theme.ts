import { PORTAL_BACKGROUNDS, type PortalTheme } from '@hookline/contracts';
import type { Problem } from '@hookline/service';
import { checkAddress } from './check-address.ts';
import { contrastOf } from './contrast.ts';

/** WCAG 2, 1.4.11: parts of a page that one has to see. */
const MIN_CONTRAST = 3;

/** @returns what is wrong with a theme */
export function checkTheme(theme: PortalTheme, logoOrigins: readonly string[]): Problem[] {
  const { accent, accentDark, logoUrl } = theme;
  const logo =
    logoUrl === undefined
      ? undefined
      : checkAddress(logoUrl, {
          path: 'body/theme/logoUrl',
          origins: logoOrigins,
          variable: 'PORTAL_LOGO_ORIGINS',
          allowsLoopback: false,
        });
  const dark =
    accentDark === undefined
      ? checkColour('accent', accent, 'dark', ': choose another colour, or add accentDark')
      : checkColour('accentDark', accentDark, 'dark');
  return [checkColour('accent', accent, 'light') ?? dark, logo].filter((problem) => problem !== undefined);
}

function checkColour(
  name: string,
  colour: string | undefined,
  mode: 'light' | 'dark',
  advice = '',
): Problem | undefined {
  if (colour === undefined) return undefined;
  const background = PORTAL_BACKGROUNDS[mode];
  const contrast = contrastOf(colour, background);
  if (contrast >= MIN_CONTRAST) return undefined;
  // Rounded down: 2.99 must not read as 3.
  const shown = (Math.floor(contrast * 100) / 100).toFixed(2);
  return {
    path: `body/theme/${name}`,
    message: `has a contrast of ${shown}:1 with the background ${background} in ${mode} mode, and needs ${MIN_CONTRAST}:1${advice}`,
  };
}
