import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly kernel: string;
  readonly libc: string;
  readonly node: string;
  readonly congestionControl: string;
  /** True when it was measured in a network namespace that nobody else is in. */
  readonly ownNetwork: boolean;
  /** What is measured besides, with versions. */
  readonly others: readonly string[];
}

function system(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  } catch {
    return 'Linux';
  }
}

/** Commands that tell the versions of what may be installed. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  haproxy: ['haproxy', '-v'],
  socat: ['socat', '-V'],
  websockify: ['dpkg-query', '-W', 'websockify'],
  'its numpy': ['dpkg-query', '-W', 'python3-numpy'],
  Redis: ['redis-server', '--version'],
  PostgreSQL: ['pgbench', '--version'],
  Xtigervnc: ['Xtigervnc', '-version'],
};

function others(): string[] {
  return Object.entries(OTHERS).flatMap(([name, [command = '', ...args]]) => {
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    const version = /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0];
    return version === undefined ? [] : [`${name} ${version}`];
  });
}

export function thisMachine(): Machine {
  const cores = cpus();
  return {
    processor: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: system(),
    kernel: release(),
    libc: spawnSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' }).stdout.trim(),
    node: process.version,
    others: others(),
    congestionControl: readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim(),
    // Of scripts/bench.sh, which has made the namespace.
    ownNetwork: process.env['BENCH_OWN_NETWORK'] === '1',
  };
}
