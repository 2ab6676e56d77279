import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { constants } from '../native/addon.js';
import type { DialectName } from '../native/tables.js';
import type { HostPort } from '../proxy/settings.js';

const DAY_SECONDS = 86_400;
const SECONDS = `it takes seconds, from 0.001 to ${DAY_SECONDS}`;

/** "5901", "80,443". */
export function ports(text: string): number[] {
  const named = items(text);
  if (named.length > constants.limits.ports) throw wrong(`at most ${constants.limits.ports} ports`);
  return named.map((item) => {
    const port = /^\d{1,5}$/.test(item) ? Number(item) : 0;
    if (port < 1 || port > 65_535) throw wrong(`a port is a number from 1 to 65535, not "${item}"`);
    return port;
  });
}

export function dialects(text: string): DialectName[] {
  return items(text).map((item) => {
    const dialect = constants.dialects.find((name) => name === item);
    if (dialect === undefined) throw wrong(`"${item}" is none of ${constants.dialects.join(', ')}`);
    return dialect;
  });
}

/** Names as RFC 6455 has them: tokens of HTTP. */
export function subprotocols(text: string): string {
  return items(text)
    .map((item) => {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(item))
        throw wrong(`"${item}" is not a name of a subprotocol`);
      if (item.length > constants.limits.subprotocol) throw wrong(`"${item}" is too long`);
      return item;
    })
    .join(',');
}

export function list(text: string): string {
  return items(text).join(',');
}

/** "10.0.0.0/8", "::1", "2001:db8::/32". */
export function networks(text: string): string {
  const found = items(text);
  const most = constants.limits.trustedNetworks;
  if (found.length > most) throw wrong(`at most ${most} networks can be named`);
  return found.map(network).join(',');
}

function network(item: string): string {
  const [address = '', bits, ...rest] = item.split('/');
  const width = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width);
  if (width === 0 || !fits || rest.length > 0)
    throw wrong(`"${item}" is not a network such as 10.0.0.0/8 or ::1`);
  return item;
}

/** "6080", "localhost:6080", "[::1]:6080"; without a host it is all addresses, port 0 is any free one. */
export function listenAddress(text: string): HostPort {
  const { host = '', port } = hostPort(text);
  return { host, port };
}

/** "localhost:5900", "[2001:db8::1]:5900". */
export function targetAddress(text: string): HostPort {
  const { host, port } = hostPort(text);
  if (!host || port === 0) throw wrong(`"${text}" is not HOST:PORT`);
  return { host, port };
}

function hostPort(text: string): { host: string | undefined; port: number } {
  const found = /^(?:(?:\[(?<six>[^\]]*)\]|(?<name>[^:[\]]*)):)?(?<port>\d{1,5})$/.exec(
    text,
  )?.groups;
  const port = Number(found?.['port'] ?? Number.NaN);
  const six = found?.['six'];
  if (!(port <= 65_535) || (six !== undefined && isIP(six) !== 6))
    throw wrong(`"${text}" is not an address such as 6080, localhost:6080 or [::1]:6080`);
  return { host: six ?? found?.['name'], port };
}

/** A whole number from 1 on, up to `most`. */
export function count(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) throw wrong(`it takes a number from 1 to ${most}`);
    return value;
  };
}

/** Seconds, to milliseconds. */
export function seconds(text: string): number {
  return milliseconds(text) ?? refuse(SECONDS);
}

/** The same, and 0 for never. */
export function secondsOrNever(text: string): number {
  return /^0+(\.0+)?$/.test(text) ? 0 : (milliseconds(text) ?? refuse(`${SECONDS}, or 0`));
}

function milliseconds(text: string): number | undefined {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  const rounded = Math.round(value * 1000);
  return rounded < 1 || value > DAY_SECONDS ? undefined : rounded;
}

/** A path, made absolute: a daemon leaves the folder that it was started in. */
export function file(text: string): string {
  if (text === '') throw wrong('the name of a file is missing');
  return resolve(text);
}

/** The path of a Unix socket, made absolute. */
export function socketPath(text: string): string {
  const path = file(text);
  const most = constants.limits.unixPath;
  if (Buffer.byteLength(path) > most)
    throw wrong(`${path} is too long: a Unix socket's path has at most ${most} bytes`);
  return path;
}

/** A path, or a word that stands for something else. */
export function fileOr(word: string): (text: string) => string {
  return (text) => (text === word ? word : file(text));
}

function items(text: string): string[] {
  const { listBytes } = constants.limits;
  if (Buffer.byteLength(text) > listBytes) throw wrong(`a list has at most ${listBytes} bytes`);
  const found = text.split(',').map((item) => item.trim());
  if (found.includes('')) throw wrong('an item of the list is empty');
  return [...new Set(found)];
}

function refuse(why: string): never {
  throw wrong(why);
}

function wrong(why: string): InvalidArgumentError {
  return new InvalidArgumentError(why);
}
