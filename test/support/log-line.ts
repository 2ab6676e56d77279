/** A line that is written about a connection or a listener: what happened, to whom, and the rest by name. */
export interface LogLine {
  event: string;
  /** The peer, or the address that is listened on. */
  subject: string;
  fields: Map<string, string>;
}

/**
 * Reads `wswrap: opened 127.0.0.1:40312 port=5901 origin=- try="--allow-origin http://evil.example"`. A server that writes a
 * line of its own in pieces (x11vnc: first the time) may have begun one when the library's came.
 */
export function parseLogLine(text: string): LogLine | undefined {
  const [, event, subject, rest] = /(?:wswrap|wsproxy): ([a-z]+) (\S+:\d+)(.*)$/.exec(text) ?? [];
  if (event === undefined || subject === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain] of (rest ?? '').matchAll(
    / ([a-z_]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g,
  ))
    fields.set(name, quoted ?? plain ?? '');
  return { event, subject, fields };
}
