import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/* Plain text and TLS: each direction of a connection as Node's streams move it fastest. */

/** Read at once from the plain side. Memory that is not touched costs nothing. */
const READ_BYTES = 65_536;

/** When either side has ended: how long the kernel may take nothing of what is left for the peer of the stream. */
const STALLED_MS = 60_000;
/** And how long that peer may be silent when the kernel has all. */
const LEAVE_MS = 5000;

/**
 * Joins a TLS stream with the plain socket `fd`, for as long as both live: what one reads the other writes, with the slower
 * one's pace; an end of one direction is passed on as such. A side that breaks takes the other with it, and so does the end
 * of the plain side, after a while. The stream has to allow half-open ends.
 */
export function splice(stream: Socket, fd: number): void {
  const options: SocketConstructorOpts & ConnectOpts = {
    fd,
    allowHalfOpen: true,
    // Into one and the same buffer: garbage to collect would cost a fifth of the processor's time.
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length, buffer) => {
        stream.write(buffer.subarray(0, length), () => socket.resume());
        return false;
      },
    },
  };
  const socket = new Socket(options);
  socket.once('end', () => {
    stream.setTimeout(STALLED_MS);
    stream.end(() => stream.setTimeout(LEAVE_MS));
  });
  stream.on('data', (chunk: Uint8Array) => {
    if (!socket.write(chunk)) stream.pause();
  });
  socket.on('drain', () => stream.resume());
  stream.once('end', () => {
    socket.end();
    // Nothing is read any more that could tell of a reset.
    stream.setTimeout(STALLED_MS);
  });
  stream.once('timeout', () => stream.destroy());
  endTogether(stream, socket);
  endTogether(socket, stream);
  socket.resume();
}

function endTogether(from: Duplex, to: Duplex): void {
  // What went wrong shows at the other side: as an end without a Close.
  from.on('error', () => {});
  from.once('close', () => {
    // What it has said is still delivered; what it would have to be told is not wanted any more.
    if (!from.readableEnded || to.writableFinished) to.destroy();
    else to.once('finish', () => to.destroy());
  });
}
