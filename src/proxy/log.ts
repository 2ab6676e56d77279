import { ConnectionLog } from '../relay/connection-log.js';
import { lineWriter } from '../relay/log-line.js';
import {
  FileSink,
  type LogSink,
  SyslogSink,
  silentSink,
  standardErrorSink,
} from '../relay/log-sink.js';
import type { LogSettings } from './settings.js';

const PROGRAM = 'wsproxy';

/** Throws a WswrapError when the file cannot be opened. */
export function openLog({ to, format }: LogSettings): ConnectionLog {
  return new ConnectionLog(lineWriter(PROGRAM, format), sinkFor(to));
}

function sinkFor(to: LogSettings['to']): LogSink {
  if (typeof to === 'object') return new FileSink(to.file);
  switch (to) {
    case 'standard-error':
      return standardErrorSink;
    case 'syslog':
      return new SyslogSink(PROGRAM);
    case 'nowhere':
      return silentSink;
  }
}

/** For the line that a user reads who has just started a daemon. */
export function logText({ to }: LogSettings): string {
  if (typeof to === 'object') return to.file;
  return to === 'nowhere' ? 'none' : to;
}
