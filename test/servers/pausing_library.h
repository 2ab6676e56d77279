/* A library between the one under test and libc: a thread stops for a while between the end of a system call and its return, as
 * it does when the scheduler takes the processor away just there. */
#ifndef TEST_PAUSING_LIBRARY_H
#define TEST_PAUSING_LIBRARY_H

enum pausing_call { PAUSING_READ, PAUSING_WRITE };

/* The next call of the calling thread that moves bytes in this direction returns that much later. */
void pausing_next(enum pausing_call call, int ms);

#endif
