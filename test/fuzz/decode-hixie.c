/* The decoder of the frames of the Hixie drafts: the invariants of decode.h. */
#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_decoder(WS_DIALECT_HIXIE76, WS_ENCODING_BASE64, data, size);
}
