import type { WebSocketConstructor } from './web-socket-like.ts';

/** The platform's WebSocket. The condition `browser` in package.json selects this file. */
export const WebSocket: WebSocketConstructor = globalThis.WebSocket as unknown as WebSocketConstructor;
