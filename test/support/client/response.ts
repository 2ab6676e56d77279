import type { Connection } from './connection.js';

/** An HTTP answer's head as it came, and its fields under lower-case names. */
export interface Response {
  status: number;
  lines: string[];
  fields: Map<string, string>;
}

const HEAD_END = Buffer.from('\r\n\r\n');

function parse(head: string): Response {
  const lines = head.split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) [ -~]*$/.exec(lines[0] ?? '');
  if (!status) throw new Error(`not a status line: ${JSON.stringify(lines[0])}`);
  const fields = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*$/.exec(line);
    if (!field?.[1] || field[2] === undefined)
      throw new Error(`not a field: ${JSON.stringify(line)}`);
    const name = field[1].toLowerCase();
    if (fields.has(name)) throw new Error(`the field ${name} comes twice`);
    fields.set(name, field[2]);
  }
  return { status: Number(status[1]), lines, fields };
}

/** Reads up to the blank line; what follows stays to be read. */
export async function readResponse(connection: Connection): Promise<Response> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const end = bytes.indexOf(HEAD_END);
    if (end >= 0) {
      connection.unread(bytes.subarray(end + HEAD_END.length));
      return parse(bytes.toString('latin1', 0, end));
    }
    const chunk = await connection.read();
    if (!chunk)
      throw new Error(
        `the connection ended before an answer: ${JSON.stringify(bytes.toString('latin1'))}`,
      );
    bytes = Buffer.concat([bytes, chunk]);
  }
}

export async function readExactly(connection: Connection, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const chunk = await connection.read();
    if (!chunk) throw new Error(`the connection ended after ${bytes.length} of ${length} bytes`);
    bytes = Buffer.concat([bytes, chunk]);
  }
  connection.unread(bytes.subarray(length));
  return bytes.subarray(0, length);
}

/** Everything up to the end of the stream. */
export async function readToEnd(connection: Connection): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let chunk = await connection.read(); chunk; chunk = await connection.read())
    chunks.push(chunk);
  return Buffer.concat(chunks);
}
