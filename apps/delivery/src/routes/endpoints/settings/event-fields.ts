import { didYouMean } from '@hookline/service';

/** The fields of an event that a filter can test. */
const EVENT_FIELDS: readonly string[] = [
  'id',
  'type',
  'source',
  'subject',
  'time',
  'provider',
  'action',
  'repository',
  'data',
];
const MAX_SHOWN = 100;

/** @returns why a name cannot stand at the top of a filter; undefined if it can */
export function refuseEventField(name: string): string | undefined {
  if (EVENT_FIELDS.includes(name)) return undefined;
  const [first = '', ...rest] = name.split('.');
  if (rest.length > 0 && name.length <= MAX_SHOWN && EVENT_FIELDS.includes(first)) {
    const nested = [first, ...rest].reduceRight<unknown>((inner, step) => ({ [step]: inner }), '…');
    return `a name with a dot is not a path: write ${JSON.stringify(nested)}`;
  }
  const near = didYouMean(name, EVENT_FIELDS);
  if (near !== '') return `an event has no such field${near}`;
  const inData = JSON.stringify({ data: { [name.slice(0, MAX_SHOWN)]: '…' } });
  return `an event has no such field: there are ${EVENT_FIELDS.join(', ')}; the fields of the payload are in data: ${inData}`;
}
