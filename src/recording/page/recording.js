/* The recording as the server hands it out: a summary, and records in pieces of about a MiB, so that its size does not
 * matter. */

const HEADER = 16;

export async function loadSummary() {
  const response = await fetch('summary.json');
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** Records in order from a place in the file on: { toClient, ms, payload }. */
export async function* records(encoding, from) {
  let next = from;
  while (next !== null) {
    const response = await fetch(`records?encoding=${encoding}&from=${next}`);
    if (!response.ok) throw new Error(await response.text());
    next = response.headers.get('X-Next');
    yield* split(await response.arrayBuffer());
  }
}

function* split(buffer) {
  const view = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    yield {
      toClient: view.getUint8(at) === 0,
      ms: view.getFloat64(at + 8, true),
      payload: new Uint8Array(buffer, at + HEADER, length),
    };
    at += HEADER + length;
  }
}

/** The place in the file of what happened at that time. */
export function offsetAt(histogram, ms) {
  const last = Math.min(Math.floor(ms / histogram.interval), histogram.offsets.length - 1);
  for (let at = last; at >= 0; at--) if (histogram.offsets[at] >= 0) return histogram.offsets[at];
  return 0;
}
