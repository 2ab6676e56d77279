// Listens on a port and echoes, until "end" comes or the given number of seconds is over.
import { createServer } from 'node:net';

const [port, seconds] = process.argv.slice(2).map(Number);
const server = createServer((socket) => socket.pipe(socket).on('error', () => {}));
server.listen(port, '127.0.0.1', () => console.log('ready'));
setTimeout(() => process.exit(0), seconds * 1000);
