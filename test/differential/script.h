/* One seed's script, on one connection or on several at once. */
#ifndef TEST_DIFFERENTIAL_SCRIPT_H
#define TEST_DIFFERENTIAL_SCRIPT_H

#include "subject.h"

void script_run(struct subject *subjects, size_t most, int listener);

#endif
