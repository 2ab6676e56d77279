import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Codec } from './codec.js';
import type { CreatePump, Endpoint } from './pump.js';
import type { DialectName, EnvironmentKey, ErrorToken, LimitName, RefusalToken } from './tables.js';

export interface ErrorEntry {
  readonly closeCode: number;
  readonly token: ErrorToken;
  readonly text: string;
}

export interface RefusalEntry {
  readonly status: number;
  readonly token: RefusalToken;
  readonly text: string;
  /** The option that would let the request in, or ''. */
  readonly option: string;
}

export interface Listener {
  readonly port: number;
  readonly pid: number;
  /** Whether it speaks WebSocket. */
  readonly wrapped: boolean;
  readonly address: string;
  readonly command: string;
}

/** What is known of a connection when its recording begins. */
export interface RecordingAbout {
  /** Address and port of the client. */
  readonly peer: string;
  readonly dialect: DialectName;
  readonly subprotocol: string;
  /** When the connection was accepted, as Date.now() has it. */
  readonly startedMs: number;
}

/** A connection that the library does not serve in place. The descriptors are the receiver's. */
export type HandOver = NewHandOver | MidstreamHandOver;

/** Nothing has been read from it. */
export interface NewHandOver {
  readonly client: number;
  readonly peer: Endpoint;
  readonly local: Endpoint;
  /** Whether the program listens on a loopback address. */
  readonly loopback: boolean;
}

/** Its handshake is over. */
export interface MidstreamHandOver extends NewHandOver {
  /** One end of a socket pair; the program has the other. */
  readonly program: number;
  /** As Pump.resume takes it. */
  readonly state: Uint8Array;
  /** Payload so far. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** As Origins has it. */
  readonly acceptedMs: number;
  /** The recording, in which all is written up to here. */
  readonly recordFd?: number;
}

/** Non-blocking, and perhaps not connected yet. */
export interface RelayedConnection {
  readonly fd: number;
  readonly preface?: Uint8Array;
}

/** What native/addon exports, as it is. */
export interface Addon extends Codec {
  readonly constants: {
    readonly version: string;
    readonly dialects: readonly DialectName[];
    readonly environment: Readonly<Record<EnvironmentKey, string>>;
    readonly limits: Readonly<Record<LimitName, number>>;
    readonly errors: readonly ErrorEntry[];
    readonly refusals: readonly RefusalEntry[];
  };
  duplicateHigh(fd: number): number;
  logSocketPair(): [launcher: number, library: number];
  /** Keeps messages apart. */
  noticeSocketPair(): [recorder: number, library: number];
  hasCapabilities(path: string): boolean;
  /** Returns the former soft limit. */
  limitDescriptors(soft: number): number;
  libraryVersion(path: string): string;
  /** A count that all processes share that inherit the descriptor. */
  recordingCounter(): number;
  /** Counts one further; the first is 1. */
  recordingNumber(counterFd: number): number;
  /** A recording's file with its first lines, for the pump to go on with. Throws EEXIST when there is one. */
  recordingCreate(path: string, about: RecordingAbout): number;
  /** Payload as it stands in a recording. */
  recordingEscape(payload: Uint8Array): Buffer;
  /** Numeric address, or '' for all; port 0 for any. The descriptor is the caller's. */
  listenTcp(address: string, port: number): { readonly fd: number; readonly port: number };
  /** A socket that a process left behind is replaced. */
  listenUnix(path: string): number;
  /** What a socket is bound to, and whether it listens; a Unix socket has its path as address. */
  socketEndpoint(fd: number): Endpoint & { readonly listens: boolean };
  /** To a Unix socket; a path that begins with @ is abstract. */
  sendDatagram(path: string, bytes: Uint8Array): void;
  /** The socket on which the library hands connections over; entered in the state. Closed on exec. */
  relayListen(stateFd: number): number;
  /** A file without a name that holds these bytes. Closed on exec. */
  memoryFile(bytes: Uint8Array): number;
  /** Keeps the loop alive until the function that is returned is called. */
  receiveHandOvers(
    socketFd: number,
    stateFd: number,
    callback: (handOver: HandOver) => void,
  ): () => void;
  /**
   * Begins to connect to the program, which will take that client for its peer. The connection has to begin with `preface`, if
   * there is one.
   */
  relayedConnect(stateFd: number, program: Endpoint, client: Endpoint): RelayedConnection;
  stateCreate(): number;
  stateListeners(fd: number): Listener[];
  watchSignals(numbers: readonly number[]): number;
  unwatchSignals(): void;
  raiseByDefault(number: number): void;
  /** Two connected Unix stream sockets, non-blocking and closed on exec. */
  socketPair(): [number, number];
  readonly createPump: CreatePump;
}

const location = new URL('../../build/Release/wswrap.node', import.meta.url);

export const addon: Addon = createRequire(import.meta.url)(fileURLToPath(location));

export const { constants } = addon;
