import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** The same URL, through the proxy. */
  through(url: string): string;
  /**
   * Waits for bytes that the process is about to send, and lets nothing of that connection through from there on:
   * not those bytes, and nothing after them. Other connections go on.
   */
  stopBefore(text: string): Promise<void>;
  /**
   * Lets bytes that the process sends through, and stops at the end of the server's answer to them: the server has
   * done what it was asked for, and the process does not know.
   * @param isAnswered whether a chunk from the server ends the answer
   */
  stopBeforeAnswerTo(text: string, isAnswered: (chunk: Buffer) => boolean): Promise<void>;
  /** Waits for bytes that the process sends; they go through. */
  sees(text: string): Promise<void>;
  /** From here on takes connections and whatever is sent, and passes nothing on. */
  swallow(): void;
  /** Ends the connections that were made while it swallowed; later ones go through. */
  passOn(): void;
  close(): Promise<void>;
}

interface Rule {
  text: string;
  kind: 'before' | 'answer' | 'sees';
  isAnswered: (chunk: Buffer) => boolean;
  resolve: () => void;
}

/** Postgres' ReadyForQuery outside of a transaction: what was asked for is committed. */
export const isReadyForQuery = (chunk: Buffer): boolean =>
  chunk.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]));

/**
 * Postgres' Parse: a statement gets a name, and a connection that knows it sends the name alone. Names are those of
 * Database.system, which mean the same on all connections of a process.
 */
const PARSE = /P[\s\S]{4}(system_\d+)\0([^\0]+)\0/g;

/**
 * A proxy between a process and a server that stops a connection at a given point of the conversation. So a process
 * can be killed between any two of its steps, without a hook in it.
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
    // A text may be split between chunks: the end of what was sent is remembered.
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
      // Not where it was already: a rule is about what comes after it was made.
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

/** A proxy in front of whatever a URL names. */
export function startProxyTo(url: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(url);
  return startTcpProxy({ host: hostname, port: Number(port) });
}
