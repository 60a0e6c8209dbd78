import { expect, test } from 'vitest';
import { widthOf } from '../terminal/fit-text.ts';
import { plain } from '../terminal/paint.ts';
import { type Column, formatRows, formatTable } from './table.ts';

const columns: readonly Column<readonly string[]>[] = ['type', 'about', 'id'].map((title, index) => ({
  title,
  text: (row) => row[index] ?? '',
}));
const rows = [
  ['github.push', 'acme/a-repository-with-a-long-name', 'evt_01BX5ZZKBKACTAV9WEVGEMMVRZ'],
  ['x', '日本', 'evt_2'],
];

test('a table fits the terminal, and its ids are never cut', () => {
  for (const width of [200, 80, 60, 40]) {
    const lines = formatTable(columns, rows, width, plain).trimEnd().split('\n');
    expect(lines[1]).toContain('evt_01BX5ZZKBKACTAV9WEVGEMMVRZ');
    if (width >= 60) for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
  }
});

test('rows for programs have tabs, no titles, and no control characters of strangers', () => {
  expect(formatRows(columns, [['a', 'b\tc\u001b[31m\n', 'd']])).toBe('a\tb\\tc\\u001b[31m\\n\td\n');
});
