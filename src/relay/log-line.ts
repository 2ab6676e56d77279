export type LogFormat = 'text' | 'json';

/** A span of time; written in seconds, with three places. */
export interface Milliseconds {
  readonly ms: number;
}

/** Values in the order in which they are written; empty text is "nothing". */
export type Fields = Readonly<Record<string, string | number | Milliseconds>>;

/** More of what a client has sent is not of interest. */
const FIELD_CHARACTERS = 160;

/** What no client has a part in, whole: a reason may be a long path and, at its end, what is wrong with it. */
const OURS = ['reason', 'file', 'target'];

export type LineWriter = (event: string, fields: Fields) => string;

/** Whom the line is about: comes first and, in text, without its name. */
const SUBJECTS = ['peer', 'address'];

/**
 * One line about an event, in the form that native/preload/log.c writes: `wsproxy: opened 127.0.0.1:40312 port=5901 origin=-`
 * or `{"event":"opened","peer":"127.0.0.1:40312","port":5901,"origin":null}`.
 */
export function lineWriter(program: string, format: LogFormat): LineWriter {
  return (event, fields) => {
    const entries = Object.entries(fields);
    if (format === 'json') {
      const parts = entries.map(([name, value]) => `,"${name}":${jsonValue(value, room(name))}`);
      return `{"event":"${event}"${parts.join('')}}`;
    }
    const parts = entries.map(([name, value]) =>
      SUBJECTS.includes(name) ? ` ${value}` : ` ${name}=${textValue(value, room(name))}`,
    );
    return `${program}: ${event}${parts.join('')}`;
  };
}

type Value = Fields[string];

function room(name: string): number {
  return OURS.includes(name) ? Number.POSITIVE_INFINITY : FIELD_CHARACTERS;
}

function jsonValue(value: Value, most: number): string {
  if (value === '') return 'null';
  return typeof value === 'string' ? quoted(value, most) : number(value);
}

function textValue(value: Value, most: number): string {
  if (value === '') return '-';
  if (typeof value !== 'string') return number(value);
  return value.length <= most && /^[!#-[\]-~]+$/.test(value) ? value : quoted(value, most);
}

function number(value: number | Milliseconds): string {
  return typeof value === 'number' ? String(value) : (value.ms / 1000).toFixed(3);
}

/** A field of a request is a byte for each character, as in C. */
function quoted(text: string, most: number): string {
  const escaped = text.slice(0, most).replace(/["\\]/g, '\\$&');
  return `"${escaped.replace(/[^ -~]/g, (character) => `\\u${hex4(character.charCodeAt(0))}`)}"`;
}

function hex4(number: number): string {
  return number.toString(16).padStart(4, '0');
}
