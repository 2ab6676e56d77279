/* The decoder of RFC 6455 with text frames of base64: the invariants of decode.h. */
#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_decoder(WS_DIALECT_RFC6455, WS_ENCODING_BASE64, data, size);
}
