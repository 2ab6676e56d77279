import { join } from 'node:path';
import { freePort } from './free-port.js';
import { type LogLine, parseLogLine } from './log-line.js';
import { nativeTests, root, wswrap } from './paths.js';
import { Program } from './process.js';

export interface WrapOptions {
  /** Options of wswrap's. */
  options?: string[];
  /** What is put in front of the command, such as valgrind with its options. */
  under?: string[];
  /** Ports besides the first one. */
  ports?: number[];
  env?: Record<string, string>;
}

/** A program that runs under wswrap. */
export class Wrapped extends Program {
  readonly port: number;

  constructor(
    port: number,
    command: readonly string[],
    { options = [], under = [], ports = [], env }: WrapOptions,
  ) {
    const args = [wswrap, ...options, [port, ...ports].join(), '--', ...under, ...command];
    super(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
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

  /** Lines about this event that are there by now. */
  logLines(event: string): LogLine[] {
    return this.errors.all
      .map(parseLogLine)
      .filter((line) => line !== undefined && line.event === event) as LogLine[];
  }
}

export function serverPath(name: string): string {
  return join(nativeTests, 'test/servers', name);
}

/** One of test/servers under wswrap, as soon as it listens. */
export class WrappedServer extends Wrapped {
  /** How many connections have reached the server, once so many have. */
  async accepted(count: number): Promise<number> {
    if (count > 0) await this.output.line(/^accepted /, count);
    return this.output.matching(/^accepted /).length;
  }

  /** The so-manieth end of a connection that the server has seen: "0", or the name of an error. */
  async ended(count = 1): Promise<string> {
    return (await this.output.line(/^ended /, count)).slice('ended '.length);
  }

  /** The server's own process. */
  async serverPid(): Promise<number> {
    return Number((await this.output.line(/^pid /)).slice('pid '.length));
  }
}

export async function wrapServer(
  name: string,
  words: string[] = [],
  options: WrapOptions = {},
): Promise<WrappedServer> {
  const port = await freePort();
  const server = new WrappedServer(port, [serverPath(name), String(port), ...words], options);
  await server.output.line(/^ready /);
  return server;
}

/** Any command under wswrap, as soon as the library says that it listens. `command` gets the port. */
export async function wrapCommand(
  command: (port: number) => string[],
  options: WrapOptions = {},
): Promise<Wrapped> {
  const port = await freePort();
  const wrapped = new Wrapped(port, command(port), options);
  await wrapped.logged('listening');
  return wrapped;
}
