/* The C library's streams over the connection. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "subject.h"
#include "transcript.h"

/* As much as is there: a stream reads ahead. */
static size_t read_stream(struct subject *subject, FILE *file, size_t there) {
  struct chance *chance = &subject->chance;
  size_t got = 0;
  while (got < there) {
    uint8_t *at = subject->buffer + got;
    switch (chance_below(chance, 3)) {
      case 0: {
        int c = getc(file);
        if (c == EOF) return got;
        *at = (uint8_t)c;
        got++;
        break;
      }
      case 1: {
        size_t asked = 1 + chance_below(chance, there - got);
        size_t n = fread(at, 1, asked, file);
        got += n;
        if (n < asked) return got;
        break;
      }
      default:
        /* Not beyond what is there, or it would wait for a line's end. */
        if (!fgets((char *)at, (int)(there - got) + 1, file)) return got;
        got += strlen((char *)at);
    }
  }
  return got;
}

static void say_state(FILE *file) {
  say("  error %d, end %d, %s\n", ferror(file) != 0, feof(file) != 0, fileno(file) >= 0 ? "a descriptor" : "none");
}

static void stream_in(struct subject *subject) {
  size_t there = subject_there(subject);
  FILE *file = fdopen(dup(subject_any(subject)), "r");
  say("stream in %zu", there);
  watch_call();
  errno = 4711;
  size_t got = read_stream(subject, file, there);
  say_result((ssize_t)got);
  subject_took(subject, subject->buffer, got);
  say_state(file);
  if (subject->nonblocking) {
    int c = getc(file);
    say("  then %d %s\n", c, c == EOF ? strerrorname_np(errno) : "");
    say_state(file);
  }
  say("  fclose %d\n", fclose(file));
}

static void stream_out(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t len = chance_below(chance, chance_once_in(chance, 4) ? 100000 : 5000), done = 0;
  FILE *file = fdopen(dup(subject_any(subject)), chance_once_in(chance, 2) ? "w" : "r+");
  size_t buffering = chance_below(chance, 3);
  /* To find that a write was short in the middle of a stream is hardly a program's way. */
  if (subject->nonblocking) len = chance_below(chance, 500);
  if (subject->nonblocking) act_expect(subject);
  if (buffering > 0) setvbuf(file, NULL, buffering == 1 ? _IONBF : _IOLBF, 1024);
  say("stream out %zu\n", len);
  subject_prepare(subject, len);
  while (done < len) {
    size_t part = 1 + chance_below(chance, len - done);
    size_t n = chance_once_in(chance, 2) ? fwrite(subject->buffer + done, 1, part, file)
                                         : (size_t)fprintf(file, "%.*s", (int)part, (char *)subject->buffer + done);
    if (n != part) say("  %zu of %zu\n", n, part);
    done += part;
    if (chance_once_in(chance, 4)) say("  fflush %d\n", fflush(file));
  }
  say("  fclose %d\n", fclose(file));
  subject->written += len;
}

void act_stream(struct subject *subject) {
  /* A stream does not come back from a full socket. */
  if (chance_once_in(&subject->chance, 2)) {
    if (subject->tight && subject->nonblocking) return;
    stream_out(subject);
  } else if (subject_there(subject) > 0) {
    stream_in(subject);
  }
}
