import { createRandom } from './random.ts';
import { type OpenApiDocument, readCalls } from './read-calls.ts';
import { sampleSchema } from './sample-schema.ts';

export interface ListedCall {
  id: string;
  method: string;
  path: string;
  body: unknown;
}

/** Ids of resources that do not exist. */
const ULID = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
const IDS: readonly (readonly [string, string])[] = [
  ['/api/webhook-events', `evt_${ULID}`],
  ['/api/deliveries', `dlv_${ULID}_${ULID}`],
  ['/api/dead-letters', `dlv_${ULID}_${ULID}`],
  ['/api/bulk-jobs', `blk_${ULID}`],
  ['/api/connections/bulk-jobs', `cbj_${ULID}`],
];

/** Every operation of a gateway's OpenAPI document, with a request that its schemas allow. */
export async function listCalls(url: string): Promise<ListedCall[]> {
  const document = (await (await fetch(new URL('/openapi.json', url))).json()) as OpenApiDocument;
  const random = createRandom(1);
  return readCalls(document).map(({ id, method, path, body }) => ({
    id,
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'type' ? 'own.type' : (IDS.find(([start]) => path.startsWith(start))?.[1] ?? `ep_${ULID}`),
    ),
    body: body && sampleSchema(body, { ...random, chance: () => false }, namedValue),
  }));
}

function namedValue(name: string): unknown {
  switch (name) {
    case 'url':
      return 'http://127.0.0.1:9/';
    case 'returnUrl':
      return 'https://example.com/';
    case 'provider':
      return 'github';
    case 'userId':
      return 'nobody';
    default:
      return undefined;
  }
}
