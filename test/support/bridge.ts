import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocket } from 'ws';

/** Lets native clients talk to a WebSocket server: a TCP port, each of whose connections is carried over WebSocket. */
export async function startBridge(port: number): Promise<number> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`, 'binary', {
      perMessageDeflate: false,
    });
    const stream = createWebSocketStream(webSocket);
    pipeline(socket, stream, () => undefined);
    pipeline(stream, socket, () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
