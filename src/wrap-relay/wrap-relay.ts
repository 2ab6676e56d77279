import { messageOf } from '../error.js';
import type { Services } from '../launcher/settings.js';
import { addon, constants, type HandOver, type MidstreamHandOver } from '../native/addon.js';
import {
  createPump,
  type Ended,
  type Endpoint,
  type Pump,
  type PumpEvent,
  type WebsocketArrival,
} from '../native/pump.js';
import { RecordingFiles } from '../recording/recording-files.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import { type Identity, IdentityKeeper } from '../relay/identity.js';
import { pumpOptions } from '../relay/pump-options.js';
import { Reception } from '../relay/reception.js';
import { descriptors, type RelaySettings } from './settings.js';

interface Known {
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** What had moved when it was handed over. */
  readonly before: Pick<Ended, 'bytesIn' | 'bytesOut'>;
}

const limits = {
  connectTimeoutMs: constants.limits.connectTimeoutMs,
  /** Each needs a port of its own, of which there are 28,232 unless somebody has changed ip_local_port_range (ip(7)). */
  maxConnections: 16_384,
};

const nothing = { bytesIn: 0, bytesOut: 0 };

/** Serves what the library hands over: takes TLS off, answers HTTP, and pumps WebSocket connections to the program. */
export class WrapRelay {
  readonly #stateFd: number;
  readonly #log: ConnectionLog;
  readonly #pump: Pump;
  readonly #reception: Reception;
  readonly #opening = new Map<number, WebsocketArrival>();
  readonly #open = new Map<number, Known>();
  readonly #identity: IdentityKeeper | undefined;
  readonly #recordings: RecordingFiles | undefined;

  constructor(order: RelaySettings, stateFd: number, log: ConnectionLog) {
    const { settings } = order;
    const { services, handshakeTimeoutMs } = settings;
    if (services.record !== undefined) {
      this.#recordings = new RecordingFiles(services.record, descriptors.counter);
    }
    this.#stateFd = stateFd;
    this.#log = log;
    this.#pump = createPump(pumpOptions(settings, services, limits), (events) => {
      for (const event of events) this.#act(event);
    });
    const offer = { handshakeTimeoutMs, allowHosts: settings.allowHosts, web: services.web };
    this.#reception = new Reception(this.#pump, offer, order.identity, (request) =>
      log.refused(request, request.local.port),
    );
    if (order.identity !== undefined) this.#identity = this.#watched(services, order.identity);
  }

  receive(handOver: HandOver): void {
    const { client, peer, local, loopback } = handOver;
    try {
      if ('program' in handOver) this.#resume(handOver);
      else this.#pump.adopt(client, { peer, local, loopback, secure: false });
    } catch (error) {
      this.#log.warning(`cannot take a connection: ${messageOf(error)}`);
    }
  }

  get busy(): boolean {
    const { open, opening } = this.#pump.counters();
    return open + opening > 0;
  }

  /** Breaks off what is still there. */
  stop(): void {
    this.#identity?.close();
    this.#reception.close();
    this.#pump.stop();
  }

  #resume({ client, program, state, recordFd, ...known }: MidstreamHandOver): void {
    const { peer, local, loopback, bytesIn, bytesOut, acceptedMs } = known;
    const from = { peer, local, loopback, secure: false, acceptedMs };
    const id = this.#pump.resume(client, program, state, from, { recordFd });
    this.#open.set(id, { peer, local, before: { bytesIn, bytesOut } });
  }

  /** The files may change, and may be away while they do. */
  #watched({ cert, key }: Services, identity: Identity): IdentityKeeper | undefined {
    if (cert === undefined || cert === 'auto') return undefined;
    return new IdentityKeeper({ cert, key }, identity, {
      renewed: (renewed) => this.#reception.renew(renewed),
      failed: (message) => this.#log.warning(message),
    });
  }

  #act(event: PumpEvent): void {
    switch (event.kind) {
      case 'websocket':
        this.#connect(event);
        break;
      case 'http':
        this.#reception.receive(event);
        break;
      case 'tls-failed':
        this.#log.failed(event.peer, event.local.port, event.reason);
        break;
      case 'target-tls-failed':
        // Its targets are the program's own.
        break;
      case 'flash':
        this.#log.flash(event.peer);
        break;
      case 'refused':
        this.#refused(event);
        break;
      case 'opened':
        this.#opened(event.id);
        break;
      case 'ended':
        this.#ended(event);
        break;
    }
  }

  /** The program is to see the client's address, so it is told of the connection before that is made. */
  #connect(arrival: WebsocketArrival): void {
    const { id, local, peer } = arrival;
    this.#opening.set(id, arrival);
    try {
      const { fd, ...extra } = addon.relayedConnect(this.#stateFd, local, peer);
      const recording = this.#recordings?.begin(arrival, (why) => this.#log.warning(why));
      this.#pump.join(id, fd, { ...extra, ...recording });
    } catch (error) {
      this.#log.warning(`cannot connect to the program: ${messageOf(error)}`);
      this.#pump.refuse(id, 'target-refused');
    }
  }

  #opened(id: number): void {
    const arrival = this.#opening.get(id);
    if (arrival === undefined) return;
    this.#opening.delete(id);
    this.#open.set(id, { ...arrival, before: nothing });
    this.#log.opened(arrival);
  }

  #refused(event: Extract<PumpEvent, { kind: 'refused' }>): void {
    if (event.id !== undefined) this.#opening.delete(event.id);
    this.#log.refused(event, event.local.port);
  }

  #ended(event: Ended): void {
    const known = this.#open.get(event.id);
    if (known === undefined) return;
    const { peer, local, before } = known;
    this.#open.delete(event.id);
    this.#log.closed(peer, local.port, {
      ...event,
      bytesIn: before.bytesIn + event.bytesIn,
      bytesOut: before.bytesOut + event.bytesOut,
    });
  }
}
