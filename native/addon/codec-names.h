/* Dialects and encodings, which are names in JavaScript. */
#ifndef WS_ADDON_CODEC_NAMES_H
#define WS_ADDON_CODEC_NAMES_H

#include <napi.h>

extern "C" {
#include "core/dialect.h"
}

namespace wswrap {

/* Throw a TypeError when there is no such. */
ws_dialect DialectFrom(const Napi::Value &name);
/* Of an array of names; 0, which means all, when it is none. */
ws_dialects DialectsFrom(const Napi::Value &names);
ws_encoding EncodingFrom(const Napi::Value &name);

const char *EncodingName(ws_encoding encoding);

} // namespace wswrap

#endif
