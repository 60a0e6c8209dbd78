import { WebSocket as NodeWebSocket } from 'ws';
import type { WebSocketConstructor } from './web-socket-like.ts';

/** The WebSocket of `ws` for Node: it can end a connection whose other side is silent. */
export const WebSocket: WebSocketConstructor = NodeWebSocket as unknown as WebSocketConstructor;
