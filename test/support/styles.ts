/** The ways in which servers wait for their clients, and the program of test/servers that does it. */
export const styles = [
  { style: 'one client at a time', server: 'echo_blocking', words: [] },
  { style: 'a thread per connection', server: 'echo_thread', words: [] },
  { style: 'a process per connection', server: 'echo_fork', words: [] },
  { style: 'select', server: 'echo_select', words: [] },
  { style: 'poll', server: 'echo_poll', words: [] },
  { style: 'epoll, level-triggered', server: 'echo_epoll', words: [] },
  { style: 'epoll, edge-triggered', server: 'echo_edge', words: [] },
] satisfies { style: string; server: string; words: string[] }[];

/** The same, waiting in the calls that take a signal mask, and with a listener that does not block. */
export const otherStyles = [
  { style: 'pselect', server: 'echo_select', words: ['pselect'] },
  { style: 'ppoll', server: 'echo_poll', words: ['ppoll'] },
  { style: 'epoll_pwait', server: 'echo_epoll', words: ['pwait'] },
  { style: 'select with a non-blocking listener', server: 'echo_select', words: ['nonblock'] },
  { style: 'poll with a non-blocking listener', server: 'echo_poll', words: ['nonblock'] },
  { style: 'epoll with a non-blocking listener', server: 'echo_epoll', words: ['nonblock'] },
] satisfies { style: string; server: string; words: string[] }[];

/** Those that serve many clients in one thread, and so must never wait for one of them. */
export const sharedStyles = [...styles.slice(3), ...otherStyles];

/** What the bulk tests speak. */
export const dialects = [
  { speaking: 'rfc6455 in binary', opening: { dialect: 'rfc6455', subprotocols: ['binary'] } },
  { speaking: 'rfc6455 in base64', opening: { dialect: 'rfc6455', subprotocols: ['base64'] } },
  { speaking: 'hixie76', opening: { dialect: 'hixie76' } },
  { speaking: 'hixie75', opening: { dialect: 'hixie75' } },
] as const;

/** Every dialect, once. */
export const allDialects = ['rfc6455', 'hybi07', 'hybi08', 'hixie76', 'hixie75'] as const;
