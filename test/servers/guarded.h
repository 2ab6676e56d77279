/* Memory whose end is the end of a page, with a page after it that may not be touched. */
#ifndef TEST_GUARDED_H
#define TEST_GUARDED_H

#include <stddef.h>

/* The last `len` bytes before a forbidden page; len up to 1 MiB. Never freed. */
void *guarded_bytes(size_t len);

#endif
