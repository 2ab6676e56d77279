import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freePort } from '../support/free-port.js';
import { Service } from './service.js';
import { temporaryFile } from './temporary.js';

export type Dialect = 'tcp' | 'rfc6455' | 'base64' | 'hixie76';

/** What is measured: a way to the server. */
export interface Subject {
  readonly name: string;
  readonly dialect: Dialect;
  readonly service: Service;
  /** The port of the server itself, when something stands before it. */
  readonly direct: number | undefined;
  /** Sessions whose processes work for it. */
  readonly sessions: readonly number[];
  /** Descriptors that a process has for each connection; undefined when each connection has a process of its own. */
  readonly descriptors: number | undefined;
}

type Command = readonly string[];

export interface Server {
  /** What makes it listen on that port. */
  readonly command: (port: number) => Command | Promise<Command>;
  /** Resolves when it does more than listen. */
  readonly ready?: (port: number) => Promise<void>;
}

/** How a service is started, and the dialects that are measured with it. */
interface Way {
  readonly names: Readonly<Partial<Record<Dialect, string>>>;
  /** False when it is not installed. */
  readonly available: () => boolean;
  readonly forks?: true;
  /** Runs the server itself. */
  readonly run?: (port: number, server: Command) => Command;
  /** Stands before the server, which listens on `target`. */
  readonly forward?: (port: number, target: number) => Command;
}

export const PLAIN = 'plain TCP';
export const HAPROXY = 'haproxy, TCP';
/** As somebody would set it up who knows that it can leave the bytes to the kernel. */
export const HAPROXY_SPLICE = 'haproxy, TCP, splice';
const always = () => true;

export function installed(command: string): boolean {
  return spawnSync('which', [command]).status === 0;
}

const haproxyConfiguration = (port: number, target: number, option: string) => `
defaults
  mode tcp
  ${option}
  timeout connect 10s
  timeout client 600s
  timeout server 600s
listen bench
  bind 127.0.0.1:${port} backlog 4096
  server server 127.0.0.1:${target}
`;

const haproxy = (name: string, option: string): Way => ({
  names: { tcp: name },
  available: () => installed('haproxy'),
  forward: (port, target) => [
    ...['haproxy', '-db', '-q', '-f'],
    temporaryFile('haproxy.cfg', haproxyConfiguration(port, target, option)),
  ],
});

const ways: readonly Way[] = [
  {
    names: { tcp: PLAIN },
    available: always,
    run: (_, server) => server,
  },
  {
    names: { rfc6455: 'wswrap', base64: 'wswrap, base64', hixie76: 'wswrap, hixie-76' },
    available: always,
    run: (port, server) => [
      ...['node', 'bin/wswrap.js', '--log-file', temporaryFile('log', ''), `${port}`],
      ...server,
    ],
  },
  {
    names: { rfc6455: 'wsproxy' },
    available: () => existsSync('bin/wsproxy.js'),
    forward: (port, target) => [
      'node',
      'bin/wsproxy.js',
      '--foreground',
      `127.0.0.1:${port}`,
      `127.0.0.1:${target}`,
    ],
  },
  haproxy(HAPROXY, ''),
  haproxy(HAPROXY_SPLICE, 'option splice-auto'),
  {
    names: { tcp: 'socat, TCP' },
    available: () => installed('socat'),
    forward: (port, target) => [
      'socat',
      `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork,backlog=1024,nodelay`,
      `TCP:127.0.0.1:${target},nodelay`,
    ],
    forks: true,
  },
  {
    names: { rfc6455: 'a proxy on ws' },
    available: always,
    forward: (port, target) => ['node', 'build/bench/bench/ws-proxy.js', `${port}`, `${target}`],
  },
  {
    names: { rfc6455: 'websockify' },
    available: () => installed('websockify'),
    forward: (port, target) => ['websockify', `127.0.0.1:${port}`, `127.0.0.1:${target}`],
    forks: true,
  },
];

async function start(way: Way, server: Server, target: Service | undefined): Promise<Subject[]> {
  const port = await freePort();
  const command =
    way.run?.(port, await server.command(port)) ?? way.forward?.(port, target?.port ?? 0);
  if (command === undefined) throw new Error('a way that neither runs a server nor forwards');
  const service = await Service.start(port, command, way.run && server.ready);
  const behind = way.run ? undefined : target;
  return Object.entries(way.names).map(([dialect, name]) => ({
    name,
    dialect: dialect as Dialect,
    service,
    direct: behind?.port,
    sessions: [service, ...(behind ? [behind] : [])].map(({ session }) => session),
    descriptors: way.forks ? undefined : way.run ? 1 : 2,
  }));
}

/** Starts a server in each way that is installed and wanted; plain TCP comes first. */
export async function startSubjects(
  server: Server,
  wanted: (name: string) => boolean,
): Promise<Subject[]> {
  const subjects: Subject[] = [];
  const all = ways.filter(({ names, available }) => {
    const own = Object.values(names);
    return (own.includes(PLAIN) || own.some(wanted)) && available();
  });
  try {
    for (const way of all) subjects.push(...(await start(way, server, subjects[0]?.service)));
  } catch (error) {
    await stopSubjects(subjects);
    throw error;
  }
  return subjects.filter(({ name }) => name === PLAIN || wanted(name));
}

export async function stopSubjects(subjects: readonly Subject[]): Promise<void> {
  for (const service of new Set(subjects.map((subject) => subject.service))) await service.stop();
}
