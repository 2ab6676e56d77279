/* What launcher and relay need for connections that are handed over. All descriptors are numbers: whoever gets one closes it. */
#ifndef WS_ADDON_RELAY_H
#define WS_ADDON_RELAY_H

#include <napi.h>

namespace wswrap {

/* relayListen(stateFd): the socket on which connections are handed over; entered in the state. */
Napi::Value RelayListen(const Napi::CallbackInfo &info);

/* memoryFile(bytes): a descriptor of a file without a name, closed on exec, positioned at its beginning. */
Napi::Value MemoryFile(const Napi::CallbackInfo &info);

/* receiveHandOvers(socketFd, stateFd, callback): calls back with each {client, peer, local, loopback, …} and
 * keeps the loop alive until the returned function is called. */
Napi::Value ReceiveHandOvers(const Napi::CallbackInfo &info);

/* relayedConnect(stateFd, program, client), both {address, port}: {fd, preface?}, see addon_relayed_connect. */
Napi::Value RelayedConnect(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
