/** A server that is run under wswrap, and its row in docs/servers.md. */
export interface ServerEntry {
  name: string;
  /** What the table shows, and a command in whose output it is found. */
  version: { command: string; shown: string };
  /**
   * What is typed after `wswrap PORT`, words parted by blanks. Words in capitals stand for what each run chooses: PORT; DIR,
   * a temporary folder with the configuration; PROGRAMS, test/real-servers/programs; BUILT, programs built from C.
   */
  command: string;
  client: string;
  exercised: string;
  result: string;
}

const whole = 'whole';

export const catalogue = {
  redis: {
    name: 'Redis',
    version: { command: 'redis-server --version', shown: '7.0' },
    command: "redis-server --port PORT --bind 127.0.0.1 --save '' --dir DIR",
    client: 'redis-cli, redis-benchmark',
    exercised:
      '100 kB values; 1000 commands in order; 50 clients, one by one and in pipelines of 16; CLIENT LIST',
    result: whole,
  },
  postgresql: {
    name: 'PostgreSQL',
    version: { command: '/usr/lib/postgresql/15/bin/postgres --version', shown: '15' },
    command:
      '/usr/lib/postgresql/15/bin/postgres -D DIR/data -k DIR -h 127.0.0.1 -p PORT -c log_connections=on',
    client: 'psql, pgbench, @neondatabase/serverless',
    exercised:
      'a process per connection; 20,000 rows by hash; COPY in; pgbench with 4 clients; cancel of a running query',
    result: whole,
  },
  mosquitto: {
    name: 'Mosquitto, its plain MQTT port',
    version: { command: 'mosquitto -h', shown: '2.0' },
    command: 'mosquitto -v -c DIR/mosquitto.conf',
    client: 'mqtt (npm) over ws:, subprotocol mqtt',
    exercised:
      'publish and subscribe at QoS 0 to 2, retained and 100 KiB messages, a will, 20 clients',
    result: whole,
  },
  nginx: {
    name: 'nginx',
    version: { command: 'nginx -v', shown: '1.22' },
    command: 'nginx -p DIR -c DIR/nginx.conf -e DIR/error.log',
    client: 'curl, wrk',
    exercised: '4 workers, sendfile: 50 MiB by hash; keep-alive; 16 connections of wrk',
    result: whole,
  },
  apachePrefork: {
    name: 'Apache httpd, prefork',
    version: { command: 'apache2 -v', shown: '2.4' },
    command: 'apache2 -d DIR -f DIR/apache2.conf -D FOREGROUND -D PREFORK',
    client: 'curl, ab',
    exercised: 'sendfile and mmap off and on: 10 MiB by hash; keep-alive; 8 clients of ab',
    result: whole,
  },
  apacheEvent: {
    name: 'Apache httpd, event',
    version: { command: 'apache2 -v', shown: '2.4' },
    command: 'apache2 -d DIR -f DIR/apache2.conf -D FOREGROUND',
    client: 'curl, ab',
    exercised: 'threads and epoll: 10 MiB by hash; keep-alive; 8 clients of ab',
    result: whole,
  },
  sshd: {
    name: 'OpenSSH',
    version: { command: '/usr/sbin/sshd -V', shown: '9.2' },
    command: '/usr/sbin/sshd -D -e -f DIR/sshd_config',
    client: 'ssh, scp',
    exercised:
      'executes itself anew per connection, drops privileges; commands, pipes, 4 at once; scp both ways by hash',
    result: whole,
  },
  memcached: {
    name: 'memcached',
    version: { command: 'memcached --version', shown: '1.6' },
    command: 'memcached -p PORT -l 127.0.0.1 -U 0 -u nobody -t 4 -v',
    client: 'text protocol over WebSocket, memcslap',
    exercised: '4 threads; values up to 1 MiB less 1 KiB by hash; 16 clients',
    result: whole,
  },
  haproxy: {
    name: 'HAProxy, in TCP mode',
    version: { command: 'haproxy -v', shown: '2.6' },
    command: 'haproxy -db -f DIR/haproxy.cfg',
    client: 'WebSocket',
    exercised: 'splice and without; 8 connections of 8 MiB each way by hash; PROXY line behind it',
    result: whole,
  },
  pythonHttp: {
    name: 'Python http.server',
    version: { command: '/usr/bin/python3 --version', shown: '3.11' },
    command: '/usr/bin/python3 -u -m http.server PORT --bind 127.0.0.1 --directory DIR',
    client: 'curl',
    exercised: 'a thread per connection; 20 MiB by hash, 8 at once',
    result: whole,
  },
  pythonAsyncio: {
    name: 'Python asyncio',
    version: { command: '/usr/bin/python3 --version', shown: '3.11' },
    command: '/usr/bin/python3 -u PROGRAMS/asyncio-echo.py PORT',
    client: 'WebSocket, every dialect',
    exercised: 'streams over epoll; 8 connections of 2 MiB',
    result: whole,
  },
  nodeHttp: {
    name: 'Node http',
    version: { command: 'node --version', shown: 'v20' },
    command: 'node PROGRAMS/http-server.mjs PORT',
    client: 'curl, ab',
    exercised: 'keep-alive; 20 MiB up and down by hash; chunked answers; 8 clients of ab',
    result: whole,
  },
  javaSocket: {
    name: 'Java ServerSocket',
    version: { command: 'java --version', shown: '17' },
    command: 'java PROGRAMS/SocketEcho.java PORT',
    client: 'WebSocket, every dialect',
    exercised: 'a thread per connection; read timeout; 8 connections of 2 MiB',
    result: whole,
  },
  javaNio: {
    name: 'Java NIO',
    version: { command: 'java --version', shown: '17' },
    command: 'java PROGRAMS/SelectorEcho.java PORT',
    client: 'WebSocket, every dialect',
    exercised: 'Selector over epoll, direct and heap buffers; 8 connections of 2 MiB',
    result: whole,
  },
  perl: {
    name: 'Perl IO::Socket, IO::Select',
    version: { command: 'perl --version', shown: '5.36' },
    command: 'perl PROGRAMS/select-echo.pl PORT',
    client: 'WebSocket, every dialect',
    exercised: 'select; sysread and syswrite; 8 connections of 2 MiB',
    result: whole,
  },
  ruby: {
    name: 'Ruby TCPServer',
    version: { command: 'ruby --version', shown: '3.1' },
    command: 'ruby PROGRAMS/lines.rb PORT',
    client: 'WebSocket; TCP through the bridge',
    exercised: 'a thread per connection; gets and puts; IO.copy_stream of 2 MiB by hash',
    result: whole,
  },
  socatExec: {
    name: 'socat, fork and EXEC',
    version: { command: 'socat -V', shown: '1.7' },
    command: 'socat -d -d TCP-LISTEN:PORT,bind=127.0.0.1,reuseaddr,fork EXEC:PROGRAMS/lines.sh',
    client: 'WebSocket, every dialect',
    exercised: 'a process and a shell script per connection; 8 at once',
    result: whole,
  },
  socatNofork: {
    name: 'socat, EXEC with nofork',
    version: { command: 'socat -V', shown: '1.7' },
    command:
      'socat -d -d TCP-LISTEN:PORT,bind=127.0.0.1,reuseaddr,fork EXEC:PROGRAMS/lines.sh,nofork',
    client: 'WebSocket, every dialect',
    exercised: 'the connection itself is descriptor 0 and 1 of the script; 8 at once',
    result: whole,
  },
  tcpserverScript: {
    name: 'tcpserver and a shell script',
    version: { command: 'dpkg-query -W ucspi-tcp', shown: '0.88' },
    command: 'tcpserver -v -R -H 127.0.0.1 PORT PROGRAMS/lines.sh',
    client: 'WebSocket, every dialect',
    exercised: 'a script whose descriptors 0 and 1 are the connection; 8 at once',
    result: whole,
  },
  tcpserverStdio: {
    name: 'tcpserver and a C program on stdio',
    version: { command: 'dpkg-query -W ucspi-tcp', shown: '0.88' },
    command: 'tcpserver -v -R -H 127.0.0.1 PORT BUILT/lines_stdio',
    client: 'WebSocket, every dialect',
    exercised: 'scanf, getline, printf, fwrite on stdin and stdout; 8 at once',
    result: whole,
  },
  inetd: {
    name: 'inetd (OpenBSD), shell script and C program on stdio',
    version: { command: 'dpkg-query -W openbsd-inetd', shown: '0.20221205' },
    command: 'inetd -i DIR/inetd.conf',
    client: 'WebSocket',
    exercised: 'two ports, nowait; 8 at once',
    result: whole,
  },
  tcpserverStatic: {
    name: 'tcpserver and a static program',
    version: { command: 'dpkg-query -W ucspi-tcp', shown: '0.88' },
    command: 'tcpserver -v -R -H 127.0.0.1 PORT BUILT/lines_stdio_static',
    client: 'WebSocket',
    exercised: 'a program that no library can be loaded into',
    result: 'whole, through the relay',
  },
  x11vnc: {
    name: 'x11vnc',
    version: { command: 'x11vnc -version', shown: '0.9.16' },
    command:
      'x11vnc -display :DISPLAY -rfbport PORT -localhost -noipv6 -forever -shared -nopw -nocursor',
    client: 'RFB over WebSocket',
    exercised: 'raw updates of a screen by hash, the pointer, 4 viewers',
    result: whole,
  },
} satisfies Record<string, ServerEntry>;

/** The rows of docs/servers.md, its cells in order. */
export function tableRows(): string[][] {
  return Object.values(catalogue).map(({ name, version, command, client, exercised, result }) => [
    name,
    version.shown,
    `\`${command}\``,
    client,
    exercised,
    result,
  ]);
}
