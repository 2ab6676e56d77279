import { readFileSync } from 'node:fs';
import { addon } from '../native/addon.js';
import { ConnectionLog } from '../relay/connection-log.js';
import { lineWriter } from '../relay/log-line.js';
import { silentSink, standardErrorSink } from '../relay/log-sink.js';
import { descriptors, type RelaySettings } from './settings.js';
import { WrapRelay } from './wrap-relay.js';

/** Clients get so long to take what the program has sent last. */
const DRAIN_MS = 10_000;
const LOOK_MS = 50;

/** Relays for a wrapped tree until the keeper says that nobody is left in it. */
export function main(): void {
  // Its reader may be gone: no reason to end connections.
  process.stderr.on('error', () => {});
  const order = JSON.parse(
    readFileSync(`/proc/self/fd/${descriptors.settings}`, 'utf8'),
  ) as RelaySettings;
  const { logFormat, logLevel } = order.settings;
  const log = new ConnectionLog(
    lineWriter('wswrap', logFormat),
    logLevel === 0 ? silentSink : standardErrorSink,
  );
  const relay = new WrapRelay(order, descriptors.state, log);
  const endReceiving = addon.receiveHandOvers(descriptors.socket, descriptors.state, (handOver) =>
    relay.receive(handOver),
  );
  process.once('SIGTERM', () => {
    endReceiving();
    drain(relay, Date.now() + DRAIN_MS);
  });
}

function drain(relay: WrapRelay, deadline: number): void {
  if (relay.busy && Date.now() < deadline) {
    setTimeout(drain, LOOK_MS, relay, deadline);
  } else {
    relay.stop();
  }
}
