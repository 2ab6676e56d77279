import type { Listener } from '../native/addon.js';

/** The ports to be wrapped on which nothing of the tree speaks WebSocket. */
export function missingPorts(ports: readonly number[], listeners: readonly Listener[]): number[] {
  return ports.filter(
    (port) => !listeners.some((listener) => listener.wrapped && listener.port === port),
  );
}

/** What the ports were missed after. */
export type Occasion =
  | { readonly kind: 'late'; readonly seconds: number }
  | { readonly kind: 'ended'; readonly command: string }
  | { readonly kind: 'background'; readonly command: string };

/** The report on missing ports: what was expected, what was seen instead, what to do. */
export function describeMissing(
  missing: readonly number[],
  listeners: readonly Listener[],
  occasion: Occasion,
): string {
  const ports = `port ${missing.join(', ')}`;
  const others = listeners.filter(({ wrapped }) => !wrapped);
  return `${expectation(ports, occasion)}${others.length > 0 ? instead(others) : nowhere}`;
}

const nowhere =
  ', nor on any other TCP port. Is it told to use another kind of socket, or does it have its server started by others (systemd, a container, sudo)?';

function expectation(ports: string, occasion: Occasion): string {
  switch (occasion.kind) {
    case 'late':
      return `after ${occasion.seconds} s nothing listens on ${ports}`;
    case 'ended':
      return `${occasion.command} has ended and has not listened on ${ports}`;
    case 'background':
      return `${occasion.command} has gone to the background and does not listen on ${ports}`;
  }
}

function instead(others: readonly Listener[]): string {
  const seen = others.map(({ address, command, pid }) => `${address} (${command}, process ${pid})`);
  const ports = new Set(others.map(({ port }) => port));
  return `, but on ${[...new Set(seen)].join(', ')}. To wrap that, type: wswrap ${[...ports].join(',')} …`;
}
