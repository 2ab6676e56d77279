import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf, WswrapError } from '../error.js';
import { addon } from '../native/addon.js';

export type Severity = 'info' | 'warning';

/** Takes lines, without their end, and never fails: a line that cannot be written is lost. */
export interface LogSink {
  write(line: string, severity: Severity): void;
  /** Somebody may have moved the file away (logrotate). */
  reopen(): void;
}

export const silentSink: LogSink = { write: () => {}, reopen: () => {} };

export const standardErrorSink: LogSink = {
  write: (line) => {
    process.stderr.write(`${line}\n`);
  },
  reopen: () => {},
};

/** Lines are appended whole, so that several processes can share the file. */
export class FileSink implements LogSink {
  readonly #path: string;
  #fd: number;

  /** Throws a WswrapError when the file cannot be opened. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#fd = openForAppending(path);
    } catch (error) {
      throw new WswrapError(
        'bad-option',
        `--log-file ${path} cannot be opened: ${messageOf(error)}`,
        error,
      );
    }
  }

  write(line: string): void {
    try {
      writeSync(this.#fd, `${line}\n`);
    } catch {
      /* A full disk: nobody to be told. */
    }
  }

  reopen(): void {
    const former = this.#fd;
    try {
      this.#fd = openForAppending(this.#path);
      closeSync(former);
    } catch (error) {
      this.write(`--log-file ${this.#path} cannot be opened again: ${messageOf(error)}`);
    }
  }
}

function openForAppending(path: string): number {
  return openSync(path, 'a', 0o640);
}

/** Where the system's logger listens. */
const SYSLOG = '/dev/log';
/** RFC 5424 section 6.2.1: system daemons, times eight. */
const FACILITY = 3 * 8;
const SEVERITIES: Readonly<Record<Severity, number>> = { info: 6, warning: 4 };

/** The system's log, in the form of RFC 3164 that local loggers take. */
export class SyslogSink implements LogSink {
  readonly #tag: string;
  readonly #path: string;

  constructor(program: string, path: string = SYSLOG) {
    this.#tag = `${program}[${process.pid}]`;
    this.#path = path;
  }

  write(line: string, severity: Severity): void {
    const head = `<${FACILITY + SEVERITIES[severity]}>${timestamp(new Date())} ${this.#tag}: `;
    try {
      addon.sendDatagram(this.#path, Buffer.from(head + line));
    } catch {
      /* No logger runs. */
    }
  }

  reopen(): void {}
}

/** "Nov  3 09:05:00", in local time. */
function timestamp(now: Date): string {
  const month = now.toLocaleString('en-US', { month: 'short' });
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${month} ${String(now.getDate()).padStart(2)} ${time.join(':')}`;
}
