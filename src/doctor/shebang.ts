/** The interpreter of a script and its one argument. */
export interface Shebang {
  readonly interpreter: string;
  readonly argument: string | undefined;
}

/** What the kernel looks at: it cuts the line off there. */
export const SHEBANG_BYTES = 256;

/** Reads the first line of a script as the kernel does; undefined when it does not begin with "#!" and a name. */
export function readShebang(head: Buffer): Shebang | undefined {
  const [line = ''] = head.subarray(0, SHEBANG_BYTES).toString('latin1').split('\n', 1);
  const match = /^#![ \t]*([^ \t\0]+)(?:[ \t]+(.*?))?[ \t\0]*$/s.exec(line);
  if (!match?.[1]) return undefined;
  return { interpreter: match[1], argument: match[2] || undefined };
}
