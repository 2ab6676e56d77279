import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../error.js';
import type { PumpTarget } from '../native/pump.js';
import type { Place } from './settings.js';
import { TargetError } from './target-error.js';

/** More are not tried. */
const MAX_ADDRESSES = 8;

/**
 * Where the target is. A name is looked up anew for each connection, so that changes are followed, but connections that
 * come during a look-up share it.
 */
export class TargetAddresses {
  readonly #place: Place;
  #underWay: Promise<PumpTarget> | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** All addresses of the target, in the system's order. Rejects with a TargetError when the name is not known. */
  find(): Promise<PumpTarget> {
    this.#underWay ??= find(this.#place).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }
}

async function find(place: Place): Promise<PumpTarget> {
  if ('unixPath' in place) return place;
  const { host, port } = place;
  if (isIP(host) !== 0) return { addresses: [{ address: host, port }] };
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new TargetError('target-refused', `${host} cannot be looked up: ${messageOf(error)}`);
  });
  return { addresses: found.slice(0, MAX_ADDRESSES).map(({ address }) => ({ address, port })) };
}
