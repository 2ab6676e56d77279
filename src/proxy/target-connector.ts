import type { Pump, PumpExtra, WebsocketArrival } from '../native/pump.js';
import { RecordingFiles } from '../recording/recording-files.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import { proxyPreface } from './proxy-protocol.js';
import { SecureTarget } from './secure-target.js';
import type { Provisions } from './service.js';
import { TargetAddresses } from './target-addresses.js';

/** Brings each client's connection to the target, in the way that the settings say. */
export class TargetConnector {
  readonly #proxyProtocol: 1 | 2 | undefined;
  readonly #recordings: RecordingFiles | undefined;
  readonly #log: ConnectionLog;
  readonly #plain: TargetAddresses;
  readonly #secure: SecureTarget | undefined;

  /** Throws a WswrapError when a file of the settings cannot be used. */
  constructor({ settings, recordingCounterFd, log }: Provisions) {
    const { target, targetTls, connectTimeoutMs, record } = settings;
    this.#proxyProtocol = settings.proxyProtocol;
    this.#log = log;
    if (record !== undefined && recordingCounterFd !== undefined) {
      this.#recordings = new RecordingFiles(record, recordingCounterFd);
    }
    this.#plain = new TargetAddresses(target);
    if (targetTls) this.#secure = new SecureTarget(target, targetTls, connectTimeoutMs);
  }

  /** The pump has what it needs when this resolves; rejects with a TargetError. */
  async connect(pump: Pump, arrival: WebsocketArrival, recorded: boolean): Promise<void> {
    const preface = this.#preface(arrival);
    if (this.#secure === undefined) {
      const target = await this.#plain.find();
      pump.connect(arrival.id, target, { preface, ...this.#record(arrival, recorded) });
    } else {
      const fd = await this.#secure.connect(preface);
      pump.join(arrival.id, fd, this.#record(arrival, recorded));
    }
  }

  close(): void {
    this.#secure?.close();
  }

  #preface({ peer, local }: WebsocketArrival): Buffer | undefined {
    return this.#proxyProtocol && proxyPreface(this.#proxyProtocol, peer, local);
  }

  #record(arrival: WebsocketArrival, recorded: boolean): PumpExtra {
    if (!recorded) return {};
    return this.#recordings?.begin(arrival, (message) => this.#log.warning(message)) ?? {};
  }
}
