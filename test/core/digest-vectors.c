/* SHA-1, MD5, base64 and UTF-8. */
#include <string.h>

#include "core/base64.h"
#include "core/md5.h"
#include "core/sha1.h"
#include "core/utf8.h"
#include "support.h"

static const uint8_t no_mask[4];

static void run_digest(const struct vector *vector) {
  struct bytes input = vector_hex(vector, "input"), output = vector_hex(vector, "output");
  const uint8_t *data = flush_copy(0, input.data, input.len);
  bool sha1 = vector_is(vector, "algorithm", "sha1");
  uint8_t *digest = flush(1, sha1 ? WS_SHA1_BYTES : WS_MD5_BYTES);
  if (sha1)
    ws_sha1(data, input.len, digest);
  else
    ws_md5(data, input.len, digest);
  CHECK(same_bytes(digest, sha1 ? WS_SHA1_BYTES : WS_MD5_BYTES, output.data, output.len));
}

static void run_base64(const struct vector *vector) {
  struct bytes bytes = vector_hex(vector, "bytes"), text = vector_text(vector, "text");
  const uint8_t *data = flush_copy(0, bytes.data, bytes.len);
  uint8_t *encoded = flush(1, WS_BASE64_LEN(bytes.len));
  size_t len = ws_base64_encode(data, bytes.len, encoded);
  CHECK(same_bytes(encoded, len, text.data, text.len));
  len = ws_base64_encode_scalar(data, bytes.len, encoded);
  CHECK(same_bytes(encoded, len, text.data, text.len));

  size_t whole = bytes.len / 3 * 3;
  const uint8_t *in = flush_copy(1, text.data, text.len);
  uint8_t *out = flush(2, text.len);
  CHECK(ws_base64_decode_quads(in, text.len, no_mask, out) == whole / 3 * 4);
  CHECK(same_bytes(out, whole, bytes.data, whole));
}

static void run_utf8(const struct vector *vector) {
  struct bytes input = vector_hex(vector, "input");
  long impossible = vector_number(vector, "impossible");
  size_t good = impossible < 0 ? input.len : (size_t)impossible;
  const uint8_t *in = flush_copy(0, input.data, input.len);
  uint8_t *out = flush(1, input.len);
  uint32_t state = WS_UTF8_WHOLE;
  CHECK(ws_utf8_unmask(&state, in, input.len, no_mask, out) == good);
  CHECK(same_bytes(out, good, in, good));
  CHECK(vector_is(vector, "valid", good == input.len && state == WS_UTF8_WHOLE ? "yes" : "no"));

  state = WS_UTF8_WHOLE;
  size_t taken = 0;
  while (taken < input.len && ws_utf8_step(&state, in[taken]))
    taken++;
  CHECK(taken == good);
}

int main(void) {
  for_each_vector("digest.json", run_digest);
  for_each_vector("base64.json", run_base64);
  for_each_vector("utf8.json", run_utf8);
  return finish();
}
