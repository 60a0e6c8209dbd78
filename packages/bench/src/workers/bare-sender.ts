// The baseline of delivery: signs with both schemes, posts, reads the whole answer, and stores nothing.
import { generateSecret, signWebhook } from '@hookline/signing';
import { Agent } from 'undici';
import { ENDPOINT_COUNT, endpointToken } from '../endpoint-types.ts';
import { machineNowMs } from '../machine-clock.ts';
import { makeBody } from '../make-body.ts';
import { serveCommands } from './serve-commands.ts';

export interface BareSendOptions {
  origin: string;
  events: number;
  concurrency: number;
  bodyBytes: number;
}

async function run({ origin, events, concurrency, bodyBytes }: BareSendOptions) {
  const agent = new Agent({ connections: concurrency, pipelining: 1 });
  const endpoints = Array.from({ length: ENDPOINT_COUNT }, (_, index) => ({
    path: `/${endpointToken(index)}`,
    type: `bench.${endpointToken(index)}`,
    secrets: [generateSecret()],
    body: makeBody(index, bodyBytes, endpointToken(index)),
  }));
  const prefix = `evt_${process.pid}_${Math.trunc(machineNowMs())}_`;
  let next = 0;
  let refused = 0;

  const post = (n: number) =>
    new Promise<void>((resolve) => {
      const endpoint = endpoints[n % ENDPOINT_COUNT] as (typeof endpoints)[number];
      const { path, type, secrets, body } = endpoint;
      const signature = signWebhook({
        id: `${prefix}${n}`,
        type,
        timestampSeconds: Math.floor(Date.now() / 1_000),
        secrets,
        body: [body],
      });
      let status = 0;
      // `dispatch` is undici's cheapest API. A slower baseline with `request` or `fetch` would flatter Hookline.
      agent.dispatch(
        { origin, path, method: 'POST', headers: { 'content-type': 'application/json', ...signature }, body },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData() {},
          onResponseEnd() {
            if (status < 200 || status >= 300) refused++;
            resolve();
          },
          onResponseError() {
            refused++;
            resolve();
          },
        },
      );
    });

  const startMs = machineNowMs();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < events) await post(next++);
    }),
  );
  const elapsedMs = machineNowMs() - startMs;
  await agent.close();
  return { elapsedMs, refused };
}

const commands = { run };
export type BareSenderCommands = typeof commands;

serveCommands(commands);
