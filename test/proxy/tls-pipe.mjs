// tls-pipe.mjs PORT TARGET PEM client|target: Node's own way between TLS on one side and a plain socket on the other, for
// comparison. Prints a line when it listens.
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';

const [port, target, pem, secured] = process.argv.slice(2);
const identity = readFileSync(pem);
const place = { port: Number(target), host: '127.0.0.1', noDelay: true };

function join(client) {
  const server =
    secured === 'target' ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.pipe(server).pipe(client);
}

const listening =
  secured === 'client'
    ? createTlsServer({ cert: identity, key: identity, noDelay: true }, join)
    : createServer({ noDelay: true }, join);
listening.listen(Number(port), '127.0.0.1', () => console.log('listening'));
