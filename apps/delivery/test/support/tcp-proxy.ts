import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** The same URL, through the proxy. */
  through(url: string): string;
  /**
   * Waits until the process sends the text, and then stops that connection: neither the text nor any later byte is
   * forwarded. Other connections continue.
   */
  stopBefore(text: string): Promise<void>;
  /**
   * Forwards the text that the process sends, and stops the connection before the end of the server's answer to it: the
   * server has done the work, and the process does not know.
   * @param isAnswered whether a chunk from the server ends the answer
   */
  stopBeforeAnswerTo(text: string, isAnswered: (chunk: Buffer) => boolean): Promise<void>;
  /** Waits until the process sends the text, and forwards it. */
  sees(text: string): Promise<void>;
  /** From now on new connections are accepted, but nothing that the process sends is forwarded. */
  swallow(): void;
  /** Ends the connections that were made after `swallow()`. Later connections are forwarded. */
  passOn(): void;
  close(): Promise<void>;
}

interface Rule {
  text: string;
  kind: 'before' | 'answer' | 'sees';
  isAnswered: (chunk: Buffer) => boolean;
  resolve: () => void;
}

/** Whether a chunk ends with Postgres' ReadyForQuery outside of a transaction: the statement is committed. */
export const isReadyForQuery = (chunk: Buffer): boolean =>
  chunk.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]));

/**
 * Postgres' Parse message, which gives a statement a name. Later uses on the connection send only the name. The names
 * come from Database.system and mean the same statement on all connections of a process.
 */
const PARSE = /P[\s\S]{4}(system_\d+)\0([^\0]+)\0/g;

/**
 * A proxy between a process and a server, which can stop a connection at a given message. So a test can kill the
 * process between any two steps, without hooks in the code of the process.
 */
export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const rules = new Set<Rule>();
  const prepared = new Map<string, string>();
  const pairs = new Set<{ client: Socket; upstream: Socket; swallows: boolean }>();
  let swallowing = false;

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let stopped = false;
    let awaiting: Rule | undefined;
    // A text may be split between two chunks, so the end of the previous data is kept.
    let tail = Buffer.alloc(0);
    const pair = { client, upstream, swallows: swallowing };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end).setNoDelay(true);

    client.on('data', (chunk) => {
      if (stopped) return;
      for (const [, name, text] of chunk.toString('latin1').matchAll(PARSE))
        prepared.set(name as string, text as string);
      const seen = Buffer.concat([tail, chunk]);
      // The text must reach into the new chunk: a rule does not apply to data from before the rule.
      const isNew = (text: string) =>
        seen.includes(text, Math.max(0, tail.length - text.length + 1), 'latin1');
      for (const rule of rules) {
        const runsPrepared = () =>
          [...prepared].some(([name, text]) => text.includes(rule.text) && isNew(`\0${name}\0`));
        if (!isNew(rule.text) && !runsPrepared()) continue;
        rules.delete(rule);
        if (rule.kind === 'before') stopped = true;
        if (rule.kind === 'answer') awaiting = rule;
        else rule.resolve();
      }
      if (stopped) return;
      tail = seen.subarray(-200);
      if (!pair.swallows) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (stopped) return;
      if (awaiting?.isAnswered(chunk)) {
        stopped = true;
        awaiting.resolve();
        return;
      }
      client.write(chunk);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const add = (kind: Rule['kind'], text: string, isAnswered: Rule['isAnswered'] = () => false) =>
    new Promise<void>((resolve) => {
      rules.add({ kind, text, isAnswered, resolve });
    });

  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    stopBefore: (text) => add('before', text),
    stopBeforeAnswerTo: (text, isAnswered) => add('answer', text, isAnswered),
    sees: (text) => add('sees', text),
    swallow() {
      swallowing = true;
    },
    passOn() {
      swallowing = false;
      for (const { client, upstream, swallows } of pairs) {
        if (!swallows) continue;
        client.destroy();
        upstream.destroy();
      }
    },
    async close() {
      for (const { client, upstream } of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Starts a proxy in front of the server in a URL. */
export function startProxyTo(url: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(url);
  return startTcpProxy({ host: hostname, port: Number(port) });
}
