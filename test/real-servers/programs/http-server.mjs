// Usage: http-server.mjs PORT. GET /N answers N bytes, in chunks; POST answers the hash of the body; /where the peer.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';

function* pieces(length) {
  for (let at = 0; at < length; at += 50_000)
    yield Buffer.alloc(Math.min(50_000, length - at), `${at} `);
}

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    const hash = createHash('sha256');
    request.on('data', (chunk) => hash.update(chunk));
    request.on('end', () => response.end(hash.digest('hex')));
  } else if (request.url === '/where') {
    response.end(`${request.socket.remoteAddress}:${request.socket.remotePort}`);
  } else {
    pipeline(pieces(Number(request.url.slice(1))), response, () => undefined);
  }
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.once('SIGTERM', () => server.close());
