import type { Pump, PumpExtra, WebsocketArrival } from '../native/pump.js';
import { RecordingFiles } from '../recording/recording-files.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import { proxyPreface } from './proxy-protocol.js';
import type { Provisions } from './service.js';
import { TargetAddresses } from './target-addresses.js';
import { secureTarget } from './target-trust.js';

/** Brings each client's connection to the target, in the way that the settings say. */
export class TargetConnector {
  readonly #proxyProtocol: 1 | 2 | undefined;
  readonly #recordings: RecordingFiles | undefined;
  readonly #log: ConnectionLog;
  readonly #pump: Pump;
  readonly #addresses: TargetAddresses;

  /** Throws a WswrapError when a file of the settings cannot be used. */
  constructor(pump: Pump, { settings, recordingCounterFd, log }: Provisions) {
    const { target, targetTls, record } = settings;
    this.#pump = pump;
    this.#proxyProtocol = settings.proxyProtocol;
    this.#log = log;
    if (record !== undefined && recordingCounterFd !== undefined) {
      this.#recordings = new RecordingFiles(record, recordingCounterFd);
    }
    this.#addresses = new TargetAddresses(target);
    if (targetTls) secureTarget(pump, target, targetTls);
  }

  /** The pump has what it needs when this resolves; rejects with a TargetError. */
  async connect(arrival: WebsocketArrival, recorded: boolean): Promise<void> {
    const preface = this.#preface(arrival);
    const target = await this.#addresses.find();
    this.#pump.connect(arrival.id, target, { preface, ...this.#record(arrival, recorded) });
  }

  #preface({ peer, local }: WebsocketArrival): Buffer | undefined {
    return this.#proxyProtocol && proxyPreface(this.#proxyProtocol, peer, local);
  }

  #record(arrival: WebsocketArrival, recorded: boolean): PumpExtra {
    if (!recorded) return {};
    return this.#recordings?.begin(arrival, (message) => this.#log.warning(message)) ?? {};
  }
}
