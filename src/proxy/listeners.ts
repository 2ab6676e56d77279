import { lookup } from 'node:dns/promises';
import { closeSync, unlinkSync } from 'node:fs';
import { messageOf, WswrapError } from '../error.js';
import { addon } from '../native/addon.js';
import { type HostPort, type Place, placeText } from './settings.js';

/** A socket that listens, and what to call it. */
export interface Listener {
  readonly fd: number;
  readonly text: string;
}

/** Sockets that systemd has opened, and those for the places; all or none. Rejects with a WswrapError. */
export async function openListeners(
  activated: readonly number[],
  places: readonly Place[],
): Promise<Listener[]> {
  const listeners = activated.map((fd) => ({ fd, text: describe(fd) }));
  try {
    for (const place of places) listeners.push(...(await openAt(place)));
  } catch (error) {
    for (const { fd } of listeners) closeSync(fd);
    throw error;
  }
  return listeners;
}

/** Removes the files of Unix sockets. */
export function removeSockets(places: readonly Place[]): void {
  for (const place of places) {
    if (!('unixPath' in place)) continue;
    try {
      unlinkSync(place.unixPath);
    } catch {
      /* Somebody was faster. */
    }
  }
}

async function openAt(place: Place): Promise<Listener[]> {
  try {
    if ('unixPath' in place) {
      return [{ fd: addon.listenUnix(place.unixPath), text: place.unixPath }];
    }
    return openTcp(place, await addressesOf(place));
  } catch (error) {
    throw new WswrapError(
      'system',
      `cannot listen on ${placeText(place)}: ${messageOf(error)}`,
      error,
    );
  }
}

function openTcp({ host, port }: HostPort, addresses: readonly string[]): Listener[] {
  const opened: Listener[] = [];
  try {
    for (const address of addresses) {
      const { fd, port: bound } = addon.listenTcp(address, port);
      opened.push({ fd, text: placeText({ host: host === '' ? '' : address, port: bound }) });
    }
  } catch (error) {
    for (const { fd } of opened) closeSync(fd);
    throw error;
  }
  return opened;
}

/** Every address of the name; '' for all that this computer has. */
async function addressesOf({ host }: HostPort): Promise<string[]> {
  if (host === '') return [''];
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

/** What else is passed would be called readable for ever, and nobody could be taken from it. */
function describe(fd: number): string {
  const { address, port, listens } = addon.socketEndpoint(fd);
  const text = port === 0 ? address : placeText({ host: address, port });
  if (listens) return text;
  throw new WswrapError(
    'system',
    `descriptor ${fd} (${text}), which was passed, does not listen: a socket unit needs ListenStream= and Accept=no`,
  );
}
