/** The code of a thread of the pool: the slow work on a large body, hashing and parsing. */
import { getProvider, type Provider, type ReceiveInput, receiveWebhook } from '@hookline/providers';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { packPayloads } from './pack-payloads.ts';

/** The part of the request that can be copied into another thread. */
export interface LargeBodyTask {
  providerId: string;
  request: {
    method: string;
    headers: Record<string, readonly string[] | undefined>;
    query: string;
    url: string;
    /** The copy has a buffer of its own. */
    rawBody: Uint8Array;
    decodedBody: Uint8Array | undefined;
    encodingProblem: string | undefined;
    strangeEncoding: string | undefined;
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

export default async function receiveInThread(task: LargeBodyTask): Promise<unknown> {
  const { request } = task;
  const rawBody = asBuffer(request.rawBody);
  const decodedBody = request.decodedBody && asBuffer(request.decodedBody);
  const reception = await receiveWebhook(getProvider(task.providerId) as Provider, {
    ...task,
    request: { ...request, query: new URLSearchParams(request.query), rawBody, decodedBody },
  });
  if (reception.kind !== 'events') return reception;
  const { events, buffers } = packPayloads(reception.events, decodedBody ?? rawBody);
  return move({ [valueSymbol]: { ...reception, events }, [transferableSymbol]: buffers });
}

/** A Buffer arrives from another thread as a plain Uint8Array. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
