/* One seed's script. */
#ifndef TEST_DIFFERENTIAL_SCRIPT_H
#define TEST_DIFFERENTIAL_SCRIPT_H

#include "subject.h"

void script_run(struct subject *subject, int listener);

#endif
