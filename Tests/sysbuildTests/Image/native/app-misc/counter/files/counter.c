#include <count.h>
#include <stdio.h>
int main(void) {
  printf("%d\n", count() * STEP);
  return 0;
}
