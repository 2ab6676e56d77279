import type { Duplex } from 'node:stream';

/**
 * Joins two streams that allow half-open ends, for as long as both live: what one reads the other writes, with the
 * slower one's pace; an end of one direction is passed on as such. A stream that breaks takes the other with it.
 */
export function splice(one: Duplex, other: Duplex): void {
  copy(one, other);
  copy(other, one);
}

function copy(from: Duplex, to: Duplex): void {
  from.pipe(to);
  // What went wrong shows at the other side: as an end without a Close.
  from.on('error', () => {});
  from.once('close', () => {
    // What it has said is still delivered; what it would have to be told is not wanted any more.
    if (from.readableEnded && !to.writableFinished) to.once('finish', () => to.destroy());
    else to.destroy();
  });
}
