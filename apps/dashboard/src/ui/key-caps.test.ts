import { describe, expect, it } from 'vitest';
import { keyCaps } from './key-caps.ts';

describe('key caps', () => {
  it('the command key is named as on the keyboard at hand', () => {
    expect(keyCaps('mod+k', true)).toEqual(['⌘', 'K']);
    expect(keyCaps('mod+k', false)).toEqual(['Ctrl', 'K']);
  });

  it('keys that are pressed one after the other have a cap each', () => {
    expect(keyCaps('g e', false)).toEqual(['G', 'E']);
  });

  it('keys with a sign have it', () => {
    expect(keyCaps('Enter', false)).toEqual(['↵']);
    expect(keyCaps('?', false)).toEqual(['?']);
  });
});
