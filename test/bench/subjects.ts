import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { Service } from './service.js';

export type Dialect = 'tcp' | 'rfc6455' | 'base64' | 'hixie76';

/** What is measured: a way to the server. */
export interface Subject {
  readonly name: string;
  readonly dialect: Dialect;
  readonly service: Service;
  /** Sessions whose processes work for it. */
  readonly sessions: readonly number[];
  /** Descriptors that a process has for each connection; undefined when each connection has a process of its own. */
  readonly descriptors: number | undefined;
}

/** The command that makes a server listen on that port. */
export type Server = (port: number) => readonly [string, ...string[]];

/** How a service is started, and the dialects that are measured with it. */
interface Way {
  readonly names: Readonly<Partial<Record<Dialect, string>>>;
  /** False when it is not installed. */
  readonly available: () => boolean;
  readonly forks?: true;
  /** Runs the server itself. */
  readonly run?: (port: number, server: Server) => readonly string[];
  /** Stands before the server, which listens on `target`. */
  readonly forward?: (port: number, target: number) => readonly string[];
}

export const PLAIN = 'plain TCP';
const always = () => true;

export function installed(command: string): boolean {
  return spawnSync('which', [command]).status === 0;
}

function temporary(name: string, content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'wswrap-bench-')), name);
  writeFileSync(path, content);
  return path;
}

const haproxyConfiguration = (port: number, target: number) => `
defaults
  mode tcp
  timeout connect 10s
  timeout client 600s
  timeout server 600s
listen bench
  bind 127.0.0.1:${port} backlog 4096
  server server 127.0.0.1:${target}
`;

const ways: readonly Way[] = [
  {
    names: { tcp: PLAIN },
    available: always,
    run: (port, server) => server(port),
  },
  {
    names: { rfc6455: 'wswrap', base64: 'wswrap, base64', hixie76: 'wswrap, hixie-76' },
    available: always,
    run: (port, server) => [
      ...['node', 'bin/wswrap.js', '--log-file', temporary('log', ''), `${port}`],
      ...server(port),
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
  {
    names: { tcp: 'haproxy, TCP' },
    available: () => installed('haproxy'),
    forward: (port, target) => [
      ...['haproxy', '-db', '-q', '-f'],
      temporary('haproxy.cfg', haproxyConfiguration(port, target)),
    ],
  },
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
  const command = way.run?.(port, server) ?? way.forward?.(port, target?.port ?? 0) ?? [];
  const service = await Service.start(port, command);
  const behind = way.run || target === undefined ? [] : [target.session];
  return Object.entries(way.names).map(([dialect, name]) => ({
    name,
    dialect: dialect as Dialect,
    service,
    sessions: [service.session, ...behind],
    descriptors: way.forks ? undefined : way.run ? 1 : 2,
  }));
}

/** Starts a server in each way that is installed and wanted; plain TCP comes first. */
export async function startSubjects(
  server: Server,
  wanted: (name: string) => boolean,
): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const way of ways) {
    const names = Object.values(way.names);
    if (way.available() && (names.includes(PLAIN) || names.some(wanted)))
      subjects.push(...(await start(way, server, subjects[0]?.service)));
  }
  return subjects.filter(({ name }) => name === PLAIN || wanted(name));
}

export async function stopSubjects(subjects: readonly Subject[]): Promise<void> {
  for (const service of new Set(subjects.map((subject) => subject.service))) await service.stop();
}
