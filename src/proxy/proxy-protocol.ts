import { isIPv4 } from 'node:net';
import type { Endpoint } from '../native/pump.js';

/* The PROXY protocol, versions 1 and 2, as a sender (haproxy, doc/proxy-protocol.txt). */

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const VERSION_AND_PROXY = 0x21;
const UNSPECIFIED = 0x00;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/** What the target is told before anything else: who the client is, and which address it has connected to. */
export function proxyPreface(version: 1 | 2, peer: Endpoint, local: Endpoint): Buffer {
  return version === 1 ? textPreface(peer, local) : binaryPreface(peer, local);
}

function textPreface(peer: Endpoint, local: Endpoint): Buffer {
  if (!known(peer, local)) return Buffer.from('PROXY UNKNOWN\r\n');
  const four = isIPv4(peer.address) && isIPv4(local.address);
  const [from, to] = four
    ? [peer.address, local.address]
    : [mapped(peer.address), mapped(local.address)];
  const family = four ? 'TCP4' : 'TCP6';
  return Buffer.from(`PROXY ${family} ${from} ${to} ${peer.port} ${local.port}\r\n`);
}

function binaryPreface(peer: Endpoint, local: Endpoint): Buffer {
  if (!known(peer, local)) return binary(UNSPECIFIED, Buffer.alloc(0));
  const four = isIPv4(peer.address) && isIPv4(local.address);
  const bytes = four ? ipv4Bytes : ipv6Bytes;
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(peer.port, 0);
  ports.writeUInt16BE(local.port, 2);
  const addresses = [bytes(peer.address), bytes(local.address), ports];
  return binary(four ? TCP_OVER_IPV4 : TCP_OVER_IPV6, Buffer.concat(addresses));
}

function binary(family: number, addresses: Buffer): Buffer {
  const head = Buffer.from([VERSION_AND_PROXY, family, 0, addresses.length]);
  return Buffer.concat([SIGNATURE, head, addresses]);
}

/** Clients of a Unix socket have no address. */
function known(peer: Endpoint, local: Endpoint): boolean {
  return peer.address !== '' && local.address !== '';
}

/** Both addresses have to be of one family; an IPv4 address can be written as one of IPv6. */
function mapped(address: string): string {
  return isIPv4(address) ? `::ffff:${address}` : address;
}

function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function ipv6Bytes(address: string): Buffer {
  const [left = '', right = ''] = canonical(mapped(address)).split('::');
  const [head, tail] = [groups(left), groups(right)];
  return Buffer.concat([head, Buffer.alloc(16 - head.length - tail.length), tail]);
}

/** In hexadecimal groups only, without a zone; as the parser of URLs writes it. */
function canonical(address: string): string {
  const [plain = ''] = address.split('%');
  return new URL(`http://[${plain}]`).hostname.slice(1, -1);
}

function groups(text: string): Buffer {
  const numbers = text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  return Buffer.from(numbers.flatMap((number) => [number >> 8, number & 0xff]));
}
