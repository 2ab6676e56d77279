import type { Rect } from '../picture/rect.js';
import type { ByteReader } from './byte-reader.js';
import { CUT_TEXT_MAX, ENCODINGS_MAX } from './limits.js';
import { PIXEL_FORMAT_BYTES, type PixelFormat, readPixelFormat } from './pixel-format.js';
import { ClientMessage } from './protocol.js';
import { RfbError } from './rfb-error.js';

/** What a client can ask for or tell (RFC 6143 section 7.5). */
export interface ClientMessages {
  setPixelFormat(format: PixelFormat): void;
  setEncodings(encodings: number[]): void;
  requestUpdate(incremental: boolean, region: Rect): void;
  key(keysym: number, down: boolean): void;
  pointer(x: number, y: number, buttons: number): void;
}

/** Reads one message and hands it to its method of `to`. */
export async function readMessage(reader: ByteReader, to: ClientMessages): Promise<void> {
  const type = await reader.uint8();
  switch (type) {
    case ClientMessage.setPixelFormat: {
      const bytes = await reader.bytes(3 + PIXEL_FORMAT_BYTES);
      return to.setPixelFormat(readPixelFormat(bytes.subarray(3)));
    }
    case ClientMessage.setEncodings:
      return to.setEncodings(await readEncodings(reader));
    case ClientMessage.framebufferUpdateRequest: {
      const bytes = await reader.bytes(9);
      const [x, y, width, height] = [1, 3, 5, 7].map((at) => bytes.readUInt16BE(at)) as Four;
      return to.requestUpdate(bytes.readUInt8(0) !== 0, { x, y, width, height });
    }
    case ClientMessage.keyEvent: {
      const bytes = await reader.bytes(7);
      return to.key(bytes.readUInt32BE(3), bytes.readUInt8(0) !== 0);
    }
    case ClientMessage.pointerEvent: {
      const bytes = await reader.bytes(5);
      return to.pointer(bytes.readUInt16BE(1), bytes.readUInt16BE(3), bytes.readUInt8(0));
    }
    case ClientMessage.clientCutText:
      return skipCutText(reader);
    default:
      throw new RfbError('message', `a message of type ${type}, which is not known`);
  }
}

type Four = [number, number, number, number];

async function readEncodings(reader: ByteReader): Promise<number[]> {
  const count = (await reader.bytes(3)).readUInt16BE(1);
  if (count > ENCODINGS_MAX)
    throw new RfbError('limit', `${count} encodings; at most ${ENCODINGS_MAX} are taken`);
  const bytes = await reader.bytes(4 * count);
  return Array.from({ length: count }, (_, index) => bytes.readInt32BE(4 * index));
}

async function skipCutText(reader: ByteReader): Promise<void> {
  const size = (await reader.bytes(7)).readUInt32BE(3);
  if (size > CUT_TEXT_MAX)
    throw new RfbError('limit', `a clipboard of ${size} bytes; at most ${CUT_TEXT_MAX} are taken`);
  await reader.skip(size);
}
