/* FILE streams on connections. */
#ifndef WS_PRELOAD_STREAMS_H
#define WS_PRELOAD_STREAMS_H

#include <stdarg.h>
#include <stdio.h>

/* fdopen(3) on a connection: a stream whose every read, write and close is a call of ours (fopencookie(3)). NULL with errno. */
FILE *ws_streams_open(int fd, const char *mode);
/* The descriptor of a stream made here, or -1: libc has none for it. */
int ws_streams_descriptor(FILE *stream);

/* A program that was executed with a connection as descriptor 0, 1 or 2: its standard streams become streams of ours. */
void ws_streams_after_exec(void);

/* Writes out what the streams made here have buffered. */
void ws_streams_flush(void);

/* vdprintf(3) on a connection. */
int ws_streams_vdprintf(int fd, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

void ws_streams_before_fork(void);
void ws_streams_after_fork(void);

#endif
