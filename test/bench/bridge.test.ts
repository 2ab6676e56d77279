import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { nativeTests } from '../support/paths.js';
import { pinned } from './pinned.js';

// For the key that the bridge always sends: the one in RFC 6455 section 1.3.
const ANSWER = [
  'HTTP/1.1 101 Switching Protocols',
  ...['Upgrade: websocket', 'Connection: Upgrade'],
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  ...['', ''],
].join('\r\n');

test('A frame that comes right behind the answer reaches the client of the bridge', async () => {
  const speaksFirst = createServer((socket) =>
    socket.once('data', () => socket.write(`${ANSWER}\x82\x05hello`, 'latin1')),
  );
  await once(speaksFirst.listen(0, '127.0.0.1'), 'listening');
  const { port: target } = speaksFirst.address() as AddressInfo;
  const port = await freePort();
  const command = [join(nativeTests, 'bench-bridge'), `${port}`, `${target}`, 'rfc6455'];
  const bridge = pinned('load', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    bridge.kill();
    speaksFirst.close();
  });
  await once(bridge.stdout as Readable, 'data');
  const client = connect(port, '127.0.0.1');
  expect(String((await once(client, 'data'))[0])).toBe('hello');
  client.destroy();
});
