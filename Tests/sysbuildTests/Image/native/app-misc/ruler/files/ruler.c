#include <measure.h>
#include <stdio.h>
int main(void) {
  printf("%d\n", measure() + UNIT);
  return 0;
}
