#include "errors.h"

#include <stddef.h>

struct error_entry {
  uint16_t close_code;
  const char *token;
  const char *text;
};

struct refusal_entry {
  int status;
  const char *token;
  const char *text;
  const char *option;
};

static const struct error_entry errors[] = {
#define X(name, code, token, text) {code, token, text},
    WS_ERRORS(X)
#undef X
};

static const struct refusal_entry refusals[] = {
#define X(name, status, token, text, option) {status, token, text, option},
    WS_REFUSALS(X)
#undef X
};

static const struct error_entry *error_entry(enum ws_error error) {
  static const struct error_entry unknown = {0, "unknown", "unknown"};
  size_t i = (size_t)error;
  return i < sizeof errors / sizeof *errors ? &errors[i] : &unknown;
}

static const struct refusal_entry *refusal_entry(enum ws_refusal refusal) {
  static const struct refusal_entry unknown = {0, "unknown", "unknown", ""};
  size_t i = (size_t)refusal;
  return i < sizeof refusals / sizeof *refusals ? &refusals[i] : &unknown;
}

uint16_t ws_error_close_code(enum ws_error error) {
  return error_entry(error)->close_code;
}

const char *ws_error_token(enum ws_error error) {
  return error_entry(error)->token;
}

const char *ws_error_text(enum ws_error error) {
  return error_entry(error)->text;
}

int ws_refusal_status(enum ws_refusal refusal) {
  return refusal_entry(refusal)->status;
}

const char *ws_refusal_token(enum ws_refusal refusal) {
  return refusal_entry(refusal)->token;
}

const char *ws_refusal_text(enum ws_refusal refusal) {
  return refusal_entry(refusal)->text;
}

const char *ws_refusal_option(enum ws_refusal refusal) {
  return refusal_entry(refusal)->option;
}
