/* Descriptors that travel with the wrapped tree or between threads. All are numbers: whoever gets one closes it. */
#ifndef WS_ADDON_DESCRIPTORS_H
#define WS_ADDON_DESCRIPTORS_H

#include <napi.h>

namespace wswrap {

/* duplicateHigh(fd): a duplicate at WS_FD_FLOOR or above that is inherited over exec. */
Napi::Value DuplicateHigh(const Napi::CallbackInfo &info);

/* logSocketPair(): [launcher's end, closed on exec; library's end, as above]. */
Napi::Value LogSocketPair(const Napi::CallbackInfo &info);

/* noticeSocketPair(): [recorder's end, library's end], likewise, for messages (state/notice.h). */
Napi::Value NoticeSocketPair(const Napi::CallbackInfo &info);

/* socketPair(): two connected Unix stream sockets, non-blocking and closed on exec. */
Napi::Value SocketPair(const Napi::CallbackInfo &info);

/* hasCapabilities(path): whether the file grants capabilities (security.capability). */
Napi::Value HasCapabilities(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
