import { expect, test } from 'vitest';
import { checkTheme } from './check-theme.ts';

const CDN = ['https://cdn.example.com'];

test('a theme with colours that can be seen in both modes and a logo of a listed origin is right', () => {
  expect(checkTheme({}, [])).toEqual([]);
  expect(
    checkTheme(
      { accent: '#3b6fe0', radius: 8, mode: 'dark', logoUrl: 'https://cdn.example.com/logo.svg' },
      CDN,
    ),
  ).toEqual([]);
});

test('an accent colour that cannot be seen in light mode is refused with its contrast', () => {
  expect(checkTheme({ accent: '#ffff00' }, CDN)).toEqual([
    {
      path: 'body/theme/accent',
      message: 'has a contrast of 1.07:1 with the background #ffffff in light mode, and needs 3:1',
    },
  ]);
});

test('an accent colour that cannot be seen in dark mode is refused, unless dark mode has its own', () => {
  expect(checkTheme({ accent: '#000080' }, CDN)).toEqual([
    {
      path: 'body/theme/accent',
      message: expect.stringMatching(
        /^has a contrast of 1\.\d\d:1 with the background #111318 in dark mode, and needs 3:1: choose another colour, or add accentDark$/,
      ),
    },
  ]);
  expect(checkTheme({ accent: '#000080', accentDark: '#8fa8ff' }, CDN)).toEqual([]);
});

test('the colour of dark mode is checked against dark mode alone', () => {
  expect(checkTheme({ accentDark: '#ffffff' }, CDN)).toEqual([]);
  expect(checkTheme({ accent: '#3b6fe0', accentDark: '#222222' }, CDN)).toMatchObject([
    { path: 'body/theme/accentDark' },
  ]);
});

test('each wrong colour is named once', () => {
  expect(checkTheme({ accent: '#ffffff', logoUrl: 'https://evil.example/x.png' }, CDN)).toMatchObject([
    { path: 'body/theme/accent' },
    { path: 'body/theme/logoUrl' },
  ]);
});

test.each([
  ['https://evil.example/logo.svg', 'must be an address of an origin that PORTAL_LOGO_ORIGINS lists'],
  ['https://cdn.example.com.evil.example/logo.svg', 'must be an address of an origin'],
  ['https://cdn.example.com:8443/logo.svg', 'must be an address of an origin'],
  ['https://cdn.example.com@evil.example/logo.svg', 'must have no user name'],
  ['http://cdn.example.com/logo.svg', 'must be an https address'],
  ['http://localhost/logo.svg', 'must be an https address'],
  ['data:image/svg+xml,<svg onload=alert(1)>', 'must be an https address'],
  ['javascript:alert(1)', 'must be an https address'],
  ['//cdn.example.com/logo.svg', 'must be an https address'],
  ['logo.svg', 'must be an https address'],
])('the logo %s is refused', (logoUrl, message) => {
  expect(checkTheme({ logoUrl }, CDN)).toEqual([
    { path: 'body/theme/logoUrl', message: expect.stringContaining(message) },
  ]);
});

test('without listed origins there is no logo', () => {
  expect(checkTheme({ logoUrl: 'https://cdn.example.com/logo.svg' }, [])).toMatchObject([
    { path: 'body/theme/logoUrl' },
  ]);
});
