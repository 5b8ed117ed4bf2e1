#include <unit.h>
int measure(void);
