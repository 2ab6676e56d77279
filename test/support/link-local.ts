import { execa } from 'execa';
import { root } from './paths.js';
import { Program } from './process.js';

/** That of the loopback interface in the namespace. */
export const LINK_LOCAL = 'fe80::1';

const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
].flatMap((field) => ['--header', field]);

/** A program in a network namespace of its own. Needs `unshare`, `ip` and root. */
export function inNamespace(...command: string[]): Program {
  const prepare = `ip link set lo up && ip -6 address add ${LINK_LOCAL}/64 dev lo nodad && exec "$@"`;
  return new Program('unshare', ['--net', 'sh', '-c', prepare, 'sh', ...command], { cwd: root });
}

/** All that a server in that namespace says to a WebSocket client that only listens. Needs `nsenter` and `curl`. */
export async function askInNamespace(program: Program, url: string): Promise<string> {
  const request = ['--silent', '--insecure', '--include', '--http1.1', '--max-time', '10'];
  const enter = ['--target', `${program.pid}`, '--net', 'curl', ...request, ...upgrade, url];
  return (await execa('nsenter', enter, { reject: false })).stdout;
}
