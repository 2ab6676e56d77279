import { describe, expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { echoTarget, startProxy, startTarget } from '../support/proxy.js';
import { Random } from '../support/random.js';
import { allDialects, dialects } from '../support/styles.js';

const BYTES = 4 << 20;

describe('wsproxy', () => {
  test.for(dialects)('brings $speaking to a plain TCP server and back', async ({ opening }) => {
    const proxy = await startProxy(await echoTarget());
    const client = await Client.open(proxy.port, opening);
    await echo(client, { bytes: BYTES, seed: 4, stalls: 1 });
    await client.close(1000);
    await client.receiveToClose().catch(() => {});
    const line = await proxy.logged('closed', { in: BYTES, out: BYTES });
    expect(line.fields.get('cause')).toBe('client');
  });

  test.for(allDialects)('speaks %s over TLS, too', async (dialect) => {
    const proxy = await startProxy(await echoTarget(), '--cert', 'auto');
    const client = await Client.open(proxy.port, { dialect, secure: true });
    await echo(client, { bytes: BYTES, seed: 5, stalls: 1 });
    await proxy.logged('opened', { tls: 'yes' });
  });

  test('delivers everything that the target has sent before the Close', async () => {
    const data = new Random(6).bytes(8 << 20);
    const target = await startTarget((client) => client.end(data));
    const proxy = await startProxy(target, '--cert', 'auto');
    for (const secure of [false, true]) {
      const client = await Client.open(proxy.port, { secure });
      const received = await client.receiveToClose({ answering: true });
      expect(received.data.equals(data)).toBe(true);
      expect(received.code).toBe(1000);
    }
    await proxy.logged('closed', { cause: 'target', code: 1000 }, 2);
  });

  test('delivers everything that the client has sent before its Close', async () => {
    const data = new Random(7).bytes(8 << 20);
    let tell: (received: Buffer) => void = () => {};
    const target = await startTarget((client) => {
      const chunks: Buffer[] = [];
      client.on('data', (chunk: Buffer) => chunks.push(chunk));
      client.on('end', () => {
        tell(Buffer.concat(chunks));
        client.end();
      });
    });
    const proxy = await startProxy(target, '--cert', 'auto');
    for (const secure of [false, true]) {
      const received = new Promise<Buffer>((resolve) => {
        tell = resolve;
      });
      const client = await Client.open(proxy.port, { secure });
      await client.send(data);
      await client.close(1000);
      expect((await received).equals(data)).toBe(true);
    }
  });

  test('writes a line when it listens and for each connection', async () => {
    const target = await echoTarget();
    const proxy = await startProxy(target);
    const listening = await proxy.logged('listening');
    expect(listening.subject).toBe(`127.0.0.1:${proxy.port}`);
    expect(listening.fields.get('target')).toBe(`127.0.0.1:${target}`);
    const client = await Client.open(proxy.port, { subprotocols: ['binary'] });
    await client.close(1000);
    await client.receiveToClose();
    const { subject, fields } = await proxy.logged('opened');
    expect(subject).toBe(`127.0.0.1:${client.connection.socket.localPort}`);
    expect(Object.fromEntries(fields)).toEqual({
      port: String(proxy.port),
      dialect: 'rfc6455',
      subprotocol: 'binary',
      origin: '-',
    });
    expect(Object.fromEntries((await proxy.logged('closed')).fields)).toEqual({
      port: String(proxy.port),
      code: '1000',
      seconds: expect.stringMatching(/^\d+\.\d{3}$/),
      in: '0',
      out: '0',
      cause: 'client',
    });
  });
});
