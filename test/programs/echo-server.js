// An ordinary TCP echo server on net, for the tests to wrap. Its argument is the port.
import { createServer } from 'node:net';

const server = createServer((socket) => {
  socket.pipe(socket);
  socket.on('error', () => {});
});
server.listen(Number(process.argv[2]), '127.0.0.1');
