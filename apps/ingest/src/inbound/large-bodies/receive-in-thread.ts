/** What a thread of the pool runs: everything that takes long about a large body, hashing and parsing. */
import {
  getProvider,
  type Provider,
  type ReceiveInput,
  type Reception,
  receiveWebhook,
} from '@hookline/providers';
import { move, transferableSymbol, valueSymbol } from 'piscina';

/** The request, as far as it can be copied into another thread. */
export interface LargeBodyTask {
  providerId: string;
  request: {
    method: string;
    headers: Record<string, readonly string[] | undefined>;
    query: string;
    url: string;
    rawBody: Uint8Array;
    decodedBody: Uint8Array | undefined;
    encodingProblem: string | undefined;
    receivedAtMs: number;
  };
  secrets: readonly string[];
  verifyTokens: readonly string[];
  toleranceSeconds: number | null | undefined;
  options: Readonly<Record<string, string>>;
  addressAllowed: boolean;
  dedupe: ReceiveInput['dedupe'];
  repeatWindowMs: number | undefined;
}

/** Handed back without a copy; smaller ones may share Node's pool of buffers, which cannot be given away. */
const MIN_TRANSFERRED_BYTES = 65_536;

export default async function receiveInThread(task: LargeBodyTask): Promise<unknown> {
  const { request } = task;
  const reception = await receiveWebhook(getProvider(task.providerId) as Provider, {
    ...task,
    request: {
      ...request,
      query: new URLSearchParams(request.query),
      rawBody: asBuffer(request.rawBody),
      decodedBody: request.decodedBody && asBuffer(request.decodedBody),
    },
  });
  return move({ [valueSymbol]: toCopyable(reception), [transferableSymbol]: buffersOf(reception) });
}

/** What an event only works out when asked is lost on the way to another thread. Nobody asks for it there. */
function toCopyable(reception: Reception): Reception {
  if (reception.kind !== 'events') return reception;
  const events = reception.events.map((event) => ({ ...event, dedupeFields: [] }));
  return { ...reception, events };
}

function buffersOf(reception: Reception): ArrayBuffer[] {
  if (reception.kind !== 'events') return [];
  const buffers = new Set<ArrayBuffer>();
  for (const { payload } of reception.events) {
    const { buffer } = payload;
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= MIN_TRANSFERRED_BYTES) buffers.add(buffer);
  }
  return [...buffers];
}

/** A Buffer comes out of another thread as a plain Uint8Array. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
