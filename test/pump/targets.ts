import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { Program } from '../support/process.js';

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

/** The target's end of a connection. */
export interface Taken {
  readonly socket: Socket;
  /** What has come, when the stream has ended. */
  readonly received: Promise<Buffer>;
}

async function receive(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => {
    socket.on('end', resolve);
    socket.on('close', resolve);
  });
  return Buffer.concat(chunks);
}

/** A server whose connections the test takes, one after the other. */
export async function startTakenTarget(): Promise<{ port: number; take(): Promise<Taken> }> {
  const waiting: Taken[] = [];
  let wake = (): void => undefined;
  const port = await startTarget((socket) => {
    waiting.push({ socket, received: receive(socket) });
    wake();
  });
  const take = async (): Promise<Taken> => {
    for (;;) {
      const taken = waiting.shift();
      if (taken) return taken;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { port, take };
}

const SILENT = `
import signal, socket
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(0)
waiting = [socket.socket() for _ in range(4)]
for client in waiting:
    client.setblocking(False)
    client.connect_ex(listener.getsockname())
print('ready', listener.getsockname()[1], flush=True)
signal.pause()
`;

/** A port whose queue of connections is full: the kernel does not answer another one. */
export async function startSilent(): Promise<number> {
  const program = new Program('/usr/bin/python3', ['-c', SILENT]);
  return Number((await program.output.line(/^ready/)).split(' ')[1]);
}
