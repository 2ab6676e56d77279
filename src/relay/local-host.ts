import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a Host field may be that of a page on a loopback address, by the rule that holds for WebSocket: another site's page
 * must not read what is served there by having its own name lead to it (DNS rebinding). `allowHosts` as --allow-host.
 */
export function isLocalHost(host: string | undefined, allowHosts: string | undefined): boolean {
  const name = (host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  const allowed = (allowHosts ?? '').toLowerCase().split(',');
  // RFC 6761 section 6.3: names below .localhost are loopback ones, too.
  if (/(^|\.)localhost$/.test(name) || allowed.includes(name) || allowed.includes('*')) return true;
  const family = isIP(name);
  return family !== 0 && loopback.check(name, family === 6 ? 'ipv6' : 'ipv4');
}
