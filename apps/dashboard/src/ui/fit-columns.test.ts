import { describe, expect, it } from 'vitest';
import { fitColumns, gridTracks } from './fit-columns.ts';

const columns = [
  { id: 'status', width: '6rem' },
  { id: 'type', width: 'minmax(0,1fr)' },
  { id: 'repository', width: '12rem', minListWidth: 720 },
  { id: 'received', width: '5rem', minListWidth: 360 },
];

describe('the columns of a list', () => {
  it('a narrow list leaves out the columns that ask for more width', () => {
    expect(fitColumns(columns, 390).map(({ id }) => id)).toEqual(['status', 'type', 'received']);
    expect(fitColumns(columns, 719).map(({ id }) => id)).toEqual(['status', 'type', 'received']);
    expect(fitColumns(columns, 720)).toEqual(columns);
  });

  it('the boxes for the selection are a column of their own', () => {
    expect(gridTracks(columns.slice(0, 2), true)).toBe('1rem 6rem minmax(0,1fr)');
    expect(gridTracks(columns.slice(0, 2), false)).toBe('6rem minmax(0,1fr)');
  });
});
