import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A TCP server that does this with each connection, until the test ends. */
export async function startTarget(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export function startEcho(): Promise<number> {
  return startTarget((socket) => socket.pipe(socket));
}

/** A server whose connections the test takes, one after the other. */
export async function startTakenTarget(): Promise<{ port: number; take(): Promise<Socket> }> {
  const waiting: Socket[] = [];
  let wake = (): void => undefined;
  const port = await startTarget((socket) => {
    socket.pause();
    waiting.push(socket);
    wake();
  });
  const take = async (): Promise<Socket> => {
    for (;;) {
      const socket = waiting.shift();
      if (socket) return socket;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { port, take };
}
