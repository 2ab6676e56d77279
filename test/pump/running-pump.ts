import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { addon } from '../../src/native/addon.js';
import {
  createPump,
  type HttpArrival,
  type Pump,
  type PumpEvent,
  type PumpExtra,
  type PumpOptions,
  type WebsocketArrival,
} from '../../src/native/pump.js';
import { Client, type ClientOptions } from '../support/client/index.js';
import { startTakenTarget, type Taken } from './targets.js';

export const patient: PumpOptions = {
  handshakeTimeoutMs: 60_000,
  connectTimeoutMs: 60_000,
  heartbeatMs: 0,
  pongTimeoutMs: 0,
  idleTimeoutMs: 0,
  maxConnections: 10_000,
  bufferBytes: 65_536,
  http: false,
  secureOnly: false,
};

type Kind = PumpEvent['kind'];
type Of<K extends Kind> = Extract<PumpEvent, { kind: K }>;

/** What is done with a good handshake. */
export type Decide = (arrival: WebsocketArrival, pump: Pump) => void;

/** A pump whose events can be waited for; it is stopped when the test ends. */
export class RunningPump {
  readonly pump: Pump;
  #events: PumpEvent[] = [];
  #wake = (): void => undefined;

  constructor(options: Partial<PumpOptions>, decide: Decide) {
    this.pump = createPump({ ...patient, ...options }, (events) => {
      for (const event of events) if (event.kind === 'websocket') decide(event, this.pump);
      this.#events.push(...events);
      this.#wake();
    });
    onTestFinished(() => this.pump.stop());
  }

  /** Takes the first event of that kind out of those that have come, or waits for it. */
  async next<K extends Kind>(kind: K): Promise<Of<K>> {
    for (;;) {
      const at = this.#events.findIndex((event) => event.kind === kind);
      if (at >= 0) return this.#events.splice(at, 1)[0] as Of<K>;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Listens on a port that the kernel chooses. */
  async listen(address = '127.0.0.1'): Promise<number> {
    const { fd, port } = addon.listenTcp(address, 0);
    this.pump.listen(fd);
    return port;
  }
}

/** Node's socket for what the pump has handed on. */
export function socketOf({ fd }: HttpArrival): Socket {
  const socket = new Socket({ fd, readable: true, writable: true });
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

/** Connects everybody to that port. */
export function toPort(port: number, extra: PumpExtra = {}): Decide {
  return (arrival, pump) =>
    pump.connect(arrival.id, { addresses: [{ address: '127.0.0.1', port }] }, extra);
}

/** A client that speaks this, and the other end of its connection. */
export async function openPair(
  opening: ClientOptions = {},
  options: Partial<PumpOptions> = {},
  extra: PumpExtra = {},
): Promise<{ running: RunningPump; port: number; client: Client } & Taken> {
  const { port: targetPort, take } = await startTakenTarget();
  const running = new RunningPump(options, toPort(targetPort, extra));
  const port = await running.listen();
  const client = await Client.open(port, opening);
  return { running, port, client, ...(await take()) };
}
