import { WebSocket as NodeWebSocket } from 'ws';
import type { WebSocketConstructor } from './web-socket-like.ts';

/** In Node: `ws`, which can cut off a connection whose other side has gone silent. */
export const WebSocket: WebSocketConstructor = NodeWebSocket as unknown as WebSocketConstructor;
