import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { nativeTests } from '../support/paths.js';
import { numberIn, toValue } from './bridge.js';
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

test('What a client does not say, or says and fails, is not measured', () => {
  const found = { value: numberIn('"GET","250.5","1"', /"GET","([\d.]+)"/), count: 1000 };
  expect(toValue(0, found, 0.5, 2)).toEqual({ value: 250.5, cpu: 500, busy: { server: 0.25 } });
  expect(toValue(1, found, 0.5, 2)).toBeUndefined();
  expect(toValue(null, found, 0.5, 2)).toBeUndefined();
  expect(toValue(0, undefined, 0.5, 2)).toBeUndefined();
  expect(toValue(0, { ...found, count: 0 }, 0.5, 2)).toBeUndefined();
  const silent = { ...found, value: numberIn('', /"GET","([\d.]+)"/) };
  expect(toValue(0, silent, 0.5, 2)).toBeUndefined();
});
