import type { WebSocketConstructor } from './web-socket-like.ts';

/** Where there is a WebSocket of the platform's own. Chosen by the condition `browser` in package.json. */
export const WebSocket: WebSocketConstructor = globalThis.WebSocket as unknown as WebSocketConstructor;
