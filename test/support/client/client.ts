import { Connection } from './connection.js';
import { type Dialect, type Encoding, isHixie } from './dialect.js';
import {
  closePayload,
  type FrameOptions,
  HIXIE_CLOSE,
  makeFrame,
  makeHixieFrame,
  OPCODE,
} from './frame.js';
import { FrameReader, type ServerEvent, Violation } from './frame-reader.js';
import { makeOpening, type OpeningOptions } from './opening.js';
import { type Response, readResponse, readToEnd } from './response.js';

/** The server has answered the handshake with something else than 101. */
export class Refused extends Error {
  readonly response: Response;
  readonly body: string;

  constructor(response: Response, body: string) {
    super(`refused: ${response.lines[0]} ${body}`);
    this.response = response;
    this.body = body;
  }
}

export interface ClientOptions extends OpeningOptions {
  address?: string;
  /** Sizes of the pieces in which the request is sent (the last one again and again); by default it is sent whole. */
  pieces?: number[];
}

export type ClientEvent = ServerEvent | { kind: 'end' | 'reset' };

/** A WebSocket client for tests: sends what it is told to, right or wrong, and accepts only what is right. */
export class Client {
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly encoding: Encoding;
  readonly subprotocol: string;
  readonly #reader: FrameReader;
  #events: ServerEvent[] = [];
  #buffered: Buffer = Buffer.alloc(0);

  private constructor(connection: Connection, dialect: Dialect, subprotocol: string) {
    this.connection = connection;
    this.dialect = dialect;
    this.subprotocol = subprotocol;
    this.encoding = isHixie(dialect) || subprotocol === 'base64' ? 'base64' : 'binary';
    this.#reader = new FrameReader(dialect, this.encoding);
  }

  /** Connects and shakes hands; throws Refused when the server says no. */
  static async open(port: number, options: ClientOptions = {}): Promise<Client> {
    const connection = await Connection.open(port, options.address, options.secure);
    const opening = makeOpening(port, options);
    await connection.writeInPieces(opening.request, ...(options.pieces ?? []));
    return Client.opened(connection, opening);
  }

  /** Reads and checks the answer to a request that was sent. */
  static async opened(
    connection: Connection,
    opening: ReturnType<typeof makeOpening>,
  ): Promise<Client> {
    const response = await readResponse(connection);
    if (response.status !== 101)
      throw new Refused(response, (await readToEnd(connection)).toString());
    return new Client(connection, opening.dialect, await opening.verify(response, connection));
  }

  /** The bytes of one message or, with fin: false, of its beginning. */
  frame(payload: Uint8Array, options: FrameOptions = {}): Buffer {
    if (isHixie(this.dialect)) return makeHixieFrame(payload);
    if (this.encoding === 'binary') return makeFrame(payload, options);
    return makeFrame(Buffer.from(Buffer.from(payload).toString('base64'), 'latin1'), {
      opcode: OPCODE.text,
      ...options,
    });
  }

  async send(payload: Uint8Array | string, options: FrameOptions = {}): Promise<void> {
    await this.connection.write(this.frame(Buffer.from(payload as Uint8Array), options));
  }

  /** A frame whose payload is sent as it is, whatever the encoding. */
  async sendFrame(payload: Uint8Array | string, options: FrameOptions = {}): Promise<void> {
    await this.connection.write(makeFrame(Buffer.from(payload as Uint8Array), options));
  }

  async sendBytes(bytes: Uint8Array): Promise<void> {
    await this.connection.write(bytes);
  }

  async ping(payload: Uint8Array | string = ''): Promise<void> {
    await this.sendFrame(payload, { opcode: OPCODE.ping });
  }

  /** Sends a Close; without a code, an empty one. */
  async close(code = 0, reason = ''): Promise<void> {
    if (isHixie(this.dialect)) return this.sendBytes(HIXIE_CLOSE);
    await this.sendFrame(code === 0 ? '' : closePayload(code, reason), { opcode: OPCODE.close });
  }

  async next(): Promise<ClientEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      const chunk = await this.connection.read();
      if (!chunk) return this.#end();
      this.#events = this.#reader.push(chunk);
    }
  }

  #end(): ClientEvent {
    if (this.connection.wasReset) return { kind: 'reset' };
    if (!this.#reader.atBoundary) throw new Violation('the stream ends inside a frame');
    return { kind: 'end' };
  }

  /** The next bytes of the stream, whatever the frames that they come in. */
  async receive(length: number): Promise<Buffer> {
    while (this.#buffered.length < length) {
      const event = await this.next();
      if (event.kind !== 'data') throw new Error(`instead of data: ${JSON.stringify(event)}`);
      this.#buffered = Buffer.concat([this.#buffered, event.payload]);
    }
    const bytes = this.#buffered.subarray(0, length);
    this.#buffered = this.#buffered.subarray(length);
    return bytes;
  }

  /**
   * What data came up to the Close; then the Close itself, which is answered if so told, and after which the stream must have
   * ended.
   */
  async receiveToClose({ answering = false } = {}): Promise<{
    data: Buffer;
    code: number;
    reason: string;
  }> {
    const chunks = [this.#buffered];
    for (;;) {
      const event = await this.next();
      if (event.kind === 'data') chunks.push(event.payload);
      else if (event.kind === 'close') {
        if (answering) await this.close(event.code);
        const last = await this.next();
        if (last.kind !== 'end') throw new Error(`after the Close: ${JSON.stringify(last)}`);
        return { data: Buffer.concat(chunks), code: event.code, reason: event.reason };
      } else throw new Error(`instead of a Close: ${JSON.stringify(event)}`);
    }
  }
}
