import { io as connect, type Socket } from 'socket.io-client';

export interface PageSnippet {
  /** The arguments of each `console.log`. */
  readonly logged: readonly (readonly unknown[])[];
  /** What it alerted. */
  readonly alerts: readonly unknown[];
  /** Whether it logged a line that begins with this text. */
  hasLogged(text: string): boolean;
  /** What the page's last expression was, if the snippet is followed by one. */
  readonly result: unknown;
  /** Ends its connections. */
  close(): void;
}

/**
 * Runs the code of a page that a gateway has served: its addresses are the gateway's, and it is signed in with a key.
 * @param code a constant of the caller
 * @param expression evaluated after it
 */
export function runPageSnippet(
  code: string,
  { gatewayUrl, key, expression = 'undefined' }: { gatewayUrl: string; key: string; expression?: string },
): PageSnippet {
  const logged: unknown[][] = [];
  const alerts: unknown[] = [];
  const sockets: Socket[] = [];
  const page = {
    io(address = ''): Socket {
      const { pathname } = new URL(address, 'http://localhost:3000');
      const socket = connect(new URL(pathname, gatewayUrl).href, { forceNew: true, auth: { token: key } });
      sockets.push(socket);
      return socket;
    },
    console: {
      log: (...values: unknown[]) => logged.push(values),
      warn: (...values: unknown[]) => logged.push(values),
    },
    alert: (text: unknown) => alerts.push(text),
    fetch: (path: string, init: RequestInit = {}) =>
      fetch(new URL(path, gatewayUrl), {
        ...init,
        headers: { authorization: `Bearer ${key}`, ...init.headers },
      }),
  };
  const run = new Function(...Object.keys(page), `${code}\nreturn ${expression};`);
  return {
    logged,
    alerts,
    hasLogged: (text) => logged.some(([first]) => typeof first === 'string' && first.startsWith(text)),
    result: run(...Object.values(page)),
    close() {
      for (const socket of sockets) socket.disconnect();
    },
  };
}
