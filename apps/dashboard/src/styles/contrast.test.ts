import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const tokens = readFileSync(new URL('./tokens.pcss', import.meta.url), 'utf8');
const COLOUR = /--color-([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g;
const light = new Map<string, string>();
const dark = new Map<string, string>();
for (const [, name = '', first = '', second = ''] of tokens.matchAll(COLOUR)) {
  light.set(name, first);
  dark.set(name, second);
}

/** Relative luminance as in WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: ReadonlyMap<string, string>, front: string, back: string): number {
  const [darker = 0, lighter = 0] = [front, back]
    .map((name) => {
      const hex = theme.get(name);
      if (hex === undefined) throw new Error(`tokens.pcss has no colour ${name}`);
      return luminance(hex);
    })
    .sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const TONES = ['neutral', 'active', 'success', 'warning', 'danger', 'muted'];
const GROUNDS = ['canvas', 'surface', 'raised', 'hover', 'selected'];
const TEXTS = ['text', 'subtle', 'faint', 'accent', ...TONES];
const CODE = ['code-key', 'code-string', 'code-number', 'code-word'];
const SERIES = [1, 2, 3, 4, 5, 6].map((number) => `series-${number}`);

describe.each([
  ['light', light],
  ['dark', dark],
])('contrast in the %s theme', (_name, theme) => {
  it.each(TEXTS)('%s can be read as text on every ground', (text) => {
    for (const ground of GROUNDS) {
      expect(contrast(theme, text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(TONES)('%s can be read on its tint, and so can plain text', (tone) => {
    expect(contrast(theme, tone, `${tone}-tint`)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme, 'text', `${tone}-tint`)).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...TONES.map((tone) => `${tone}-solid`), ...SERIES])(
    '%s can be seen as a bar or a dot',
    (solid) => {
      expect(contrast(theme, solid, 'surface')).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(CODE)('%s can be read in code, and under a search mark', (token) => {
    for (const ground of ['canvas', 'surface', 'hover', 'selected']) {
      expect(contrast(theme, token, ground), `${token} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(theme, 'text', 'mark')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme, 'text', 'mark-current')).toBeGreaterThanOrEqual(3.5);
  });

  it.each(['accent-solid', 'accent-solid-hover', 'danger-button', 'danger-button-hover'])(
    'a word on a button of %s can be read',
    (solid) => {
      expect(contrast(theme, 'on-solid', solid)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('a word on the chosen one of several can be read', () => {
    expect(contrast(theme, 'text', 'thumb')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme, 'faint', 'thumb')).toBeGreaterThanOrEqual(3);
  });

  it('the ring of the focus can be seen on every ground', () => {
    for (const ground of GROUNDS) expect(contrast(theme, 'accent', ground)).toBeGreaterThanOrEqual(3);
  });
});
