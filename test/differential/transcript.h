/* What the subject has seen, line by line; the driver compares it. Also what else a program may notice: errno that was
 * touched, a SIGPIPE. */
#ifndef TEST_DIFFERENTIAL_TRANSCRIPT_H
#define TEST_DIFFERENTIAL_TRANSCRIPT_H

#include <stdint.h>
#include <sys/types.h>

void transcript_begin(const char *path);
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
/* Writes out what was said about a seed. */
void transcript_flush(void);
/* Gives up on the whole run; async-signal-safe. */
_Noreturn void transcript_hang(void);

/* Before a call whose result is to be said. */
void watch_call(void);
/* " = N", " = -1 ENAME", and what else the call did. Returns the result. */
ssize_t say_result(ssize_t result);

/* SIGPIPEs since the last watch_call. */
extern volatile int broken_pipes;

#endif
