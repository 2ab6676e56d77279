import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Program } from '../process.js';
import { Client } from './client.js';
import { echo } from './echo.js';

const BYTES = 8 << 20;
const LONGEST = 1 << 16;

async function startWs(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  onTestFinished(() => {
    server.close();
  });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      socket.send(data, { binary: isBinary });
      if (socket.bufferedAmount > 1 << 20) socket.pause();
    });
    setInterval(
      () => socket.isPaused && socket.bufferedAmount < 1 << 20 && socket.resume(),
      5,
    ).unref();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function startPython(): Promise<number> {
  const server = new Program('/usr/bin/python3', ['test/support/python/echo-server.py']);
  return Number((await server.output.line(/^ready/)).split(' ')[1]);
}

test.for([
  { name: 'ws', start: startWs },
  { name: 'python3-websockets', start: startPython },
])('The test client and $name understand each other in binary and in text', async ({ start }) => {
  const port = await start();
  for (const subprotocols of [[], ['binary'], ['base64']]) {
    if (start === startWs && subprotocols.length > 0) continue;
    const client = await Client.open(port, { subprotocols, pieces: [1] });
    await echo(client, { bytes: BYTES, seed: 1, longest: LONGEST, stalls: 1 });
    await client.close(1000, 'done');
    await client.receiveToClose();
  }
});
