/* What early_library.c has done before main. */
#ifndef TEST_EARLY_LIBRARY_H
#define TEST_EARLY_LIBRARY_H

/* Listens on EARLY_PORT; -1 without it. */
extern int early_listener;

#endif
