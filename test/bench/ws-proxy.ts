import { connect } from 'node:net';
import { WebSocketServer } from 'ws';

// What one writes in an afternoon with npm's ws: node ws-proxy.js PORT TARGET. It is measured beside wswrap.
const [port, target] = process.argv.slice(2).map(Number);
if (port === undefined || target === undefined) throw new Error('usage: ws-proxy.js PORT TARGET');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port,
  perMessageDeflate: false,
  backlog: 4096,
});
server.on('connection', (client) => {
  const socket = connect({ port: target, host: '127.0.0.1', noDelay: true });
  client.on('message', (data: Buffer) => {
    if (!socket.write(data)) client.pause();
  });
  socket.on('drain', () => client.resume());
  socket.on('data', (data) => {
    socket.pause();
    client.send(data, () => socket.resume());
  });
  socket.on('close', () => client.close());
  socket.on('error', () => client.terminate());
  client.on('close', () => socket.destroy());
  client.on('error', () => socket.destroy());
});
