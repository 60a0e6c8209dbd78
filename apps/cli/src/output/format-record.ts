import type { Paint } from '../terminal/paint.ts';
import { safeBlock, safeLine } from '../terminal/safe-text.ts';

/** One object for a person: a line for each field, nested objects indented. */
export function formatRecord(value: unknown, paint: Paint, indent = ''): string {
  if (!isObject(value)) return `${indent}${scalar(value)}\n`;
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names
    .map((name) => {
      const label = `${indent}${paint('dim', safeLine(name).padEnd(width))}`;
      const field = value[name];
      if (isObject(field) && Object.keys(field).length > 0)
        return `${indent}${paint('dim', safeLine(name))}\n${formatRecord(field, paint, `${indent}  `)}`;
      if (Array.isArray(field) && field.some(isObject)) {
        const items = field.map((item) => `${indent}  -\n${formatRecord(item, paint, `${indent}    `)}`);
        return `${indent}${paint('dim', safeLine(name))}\n${items.join('')}`;
      }
      const text = scalar(field);
      return text.includes('\n')
        ? `${label}\n${text.replaceAll(/^/gm, `${indent}  `)}\n`
        : `${label}  ${text}\n`;
    })
    .join('');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function scalar(value: unknown): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value === '' ? '""' : safeBlock(value);
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(scalar).join(', ');
  if (isObject(value)) return '{}';
  return String(value);
}
