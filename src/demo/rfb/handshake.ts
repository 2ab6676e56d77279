import type { Writable } from 'node:stream';
import type { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { NATIVE_FORMAT, writePixelFormat } from './pixel-format.js';
import { Security } from './protocol.js';
import { RfbError } from './rfb-error.js';

const VERSION = 'RFB 003.008\n';

/** The minor version of RFB 3 that both sides speak. */
type Minor = 3 | 7 | 8;

export interface Desktop {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** Version, security and initialisation (RFC 6143 section 7.1 to 7.3). `refusal` turns the client away, with that reason. */
export async function handshake(
  reader: ByteReader,
  socket: Writable,
  desktop: Desktop,
  refusal?: string,
): Promise<void> {
  socket.write(VERSION);
  const minor = minorVersion((await reader.bytes(VERSION.length)).toString('latin1'));
  if (refusal !== undefined) {
    refuse(socket, minor, refusal);
    throw new RfbError('limit', refusal);
  }
  await agreeOnSecurity(reader, socket, minor);
  await reader.uint8(); /* whether to share the desktop: ours is always shared */
  socket.write(serverInit(desktop));
}

function minorVersion(version: string): Minor {
  const match = /^RFB 003\.(\d{3})\n$/.exec(version);
  if (match === null)
    throw new RfbError('version', `${JSON.stringify(version)} is no RFB version 3`);
  const minor = Number(match[1]);
  if (minor >= 8) return 8;
  return minor === 7 ? 7 : 3;
}

async function agreeOnSecurity(reader: ByteReader, socket: Writable, minor: Minor): Promise<void> {
  if (minor === 3) {
    socket.write(new ByteWriter().uint32(Security.none).view());
    return;
  }
  socket.write(Buffer.from([1, Security.none]));
  const chosen = await reader.uint8();
  if (chosen !== Security.none) {
    if (minor === 8)
      socket.write(withReason(new ByteWriter().uint32(1), 'That security type was not offered.'));
    throw new RfbError('security', `security type ${chosen} was not offered`);
  }
  if (minor === 8) socket.write(new ByteWriter().uint32(0).view());
}

function refuse(socket: Writable, minor: Minor, reason: string): void {
  const out = new ByteWriter();
  if (minor === 3) out.uint32(Security.invalid);
  else out.uint8(0);
  socket.write(withReason(out, reason));
}

function withReason(out: ByteWriter, reason: string): Buffer {
  const text = Buffer.from(reason, 'latin1');
  return out.uint32(text.length).bytes(text).view();
}

function serverInit({ name, width, height }: Desktop): Buffer {
  const out = new ByteWriter().uint16(width).uint16(height).bytes(writePixelFormat(NATIVE_FORMAT));
  return withReason(out, name);
}
