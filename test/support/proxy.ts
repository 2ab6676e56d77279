import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { freePort } from './free-port.js';
import { type LogLine, parseLogLine } from './log-line.js';
import { root, wsproxy } from './paths.js';
import { Program } from './process.js';

/** wsproxy in front of the terminal, with a port of its own. */
export class RunningProxy extends Program {
  readonly port: number;

  constructor(port: number, args: readonly string[], env?: Record<string, string>) {
    super(process.execPath, [wsproxy, ...args], { cwd: root, env: { ...process.env, ...env } });
    this.port = port;
  }

  /** The so-manieth line about this event whose fields are these, already there or still to come. */
  async logged(
    event: string,
    fields: Record<string, string | number> = {},
    count = 1,
  ): Promise<LogLine> {
    const wanted = Object.entries(fields);
    return this.errors.until(`${event} ${JSON.stringify(fields)}`, (lines) => {
      const found = lines.map(parseLogLine).filter((line) => line?.event === event);
      return found.filter((line) =>
        wanted.every(([name, value]) => line?.fields.get(name) === String(value)),
      )[count - 1];
    });
  }
}

/** As soon as it listens on the loopback address. Connections are not waited for at the end, unless the options say so. */
export async function startProxy(
  target: number | readonly string[],
  ...options: string[]
): Promise<RunningProxy> {
  const port = await freePort();
  const places = typeof target === 'number' ? [`127.0.0.1:${target}`] : target;
  const args = ['-f', '--drain-timeout', '0', ...options, `127.0.0.1:${port}`, ...places];
  const proxy = new RunningProxy(port, args);
  await proxy.logged('listening');
  return proxy;
}

/** A TCP server in the test's own process, until the test ends. Resolves to its port. */
export async function startTarget(onClient: (client: Socket) => void): Promise<number> {
  const server = targetServer(onClient);
  return await listen(server, 0, '127.0.0.1');
}

export function targetServer(onClient: (client: Socket) => void): Server {
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.once('close', () => clients.delete(client));
    onClient(client);
  });
  onTestFinished(() => {
    server.close();
    for (const client of clients) client.destroy();
  });
  return server;
}

export function echoTarget(): Promise<number> {
  return startTarget((client) => client.pipe(client));
}
