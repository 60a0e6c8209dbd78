import { ID_PREFIX } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { ownerOfId } from './owner-of-id.ts';

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

test.each([
  [`${ID_PREFIX.event}_${ULID}`, 'delivery'],
  [`dlv_${ULID}_${ULID}`, 'delivery'],
  [`att_${ULID}_${ULID}_3`, 'delivery'],
  [`${ID_PREFIX.source}_${ULID}`, 'ingest'],
  [`${ID_PREFIX.rejection}_${ULID}`, 'ingest'],
  [`${ID_PREFIX.connection}_${ULID}`, 'scheduler'],
  [`${ID_PREFIX.apiKey}_${ULID}`, 'gateway'],
  [`evt_${ULID}x`, undefined],
  [ULID, undefined],
  ['acme/api', undefined],
  ['', undefined],
])('%s is an id of %s', (text, owner) => {
  expect(ownerOfId(text)).toBe(owner);
});
