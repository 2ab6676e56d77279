// tls-pipe.mjs PORT TARGET PEM: Node's own way from TLS to a plain socket, for comparison. Prints a line when it listens.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer } from 'node:tls';

const [port, target, pem] = process.argv.slice(2);
const identity = readFileSync(pem);

createServer({ cert: identity, key: identity, noDelay: true }, (client) => {
  const server = connect({ port: Number(target), host: '127.0.0.1', noDelay: true });
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.pipe(server).pipe(client);
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
