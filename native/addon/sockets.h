/* What Node's own sockets do not offer: listening sockets as mere descriptors, and datagrams to Unix sockets. */
#ifndef WS_ADDON_SOCKETS_H
#define WS_ADDON_SOCKETS_H

#include <napi.h>

namespace wswrap {

/* listenTcp(address, port): { fd, port }. The address is numeric; '' stands for all, of IPv6 and IPv4 alike where the
 * system has both. Port 0 is any free one. The descriptor, non-blocking and closed on exec, is the caller's. */
Napi::Value ListenTcp(const Napi::CallbackInfo &info);

/* listenUnix(path): descriptor as above. A socket left over by a process that has ended is replaced; one that somebody
 * listens on is EADDRINUSE. */
Napi::Value ListenUnix(const Napi::CallbackInfo &info);

/* socketEndpoint(fd): { address, port, listens }, what a socket is bound to and whether it listens; address is the path, and
 * port 0, for a Unix socket. */
Napi::Value SocketEndpoint(const Napi::CallbackInfo &info);

/* sendDatagram(path, bytes): to a Unix socket, without waiting; a path that begins with @ is in the abstract namespace. */
Napi::Value SendDatagram(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
