#include <generated.h>
#include <stdio.h>
int main(void) {
  printf("%d\n", GENERATED);
  return 0;
}
