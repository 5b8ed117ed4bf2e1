// The least that finding nothing to do can cost: one lstat a file, on two threads. It compares nothing.
//
//     floor LIST      where LIST holds the paths, a NUL behind each
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct part {
  const char *start;
  const char *end;
  long found;
};

static void *look(void *argument) {
  struct part *part = argument;
  for (const char *name = part->start; name < part->end; name += strlen(name) + 1) {
    struct stat status;
    part->found += lstat(name, &status) == 0;
  }
  return NULL;
}

int main(int count, char **arguments) {
  int list = count == 2 ? open(arguments[1], O_RDONLY) : -1;
  struct stat status;
  if (list < 0 || fstat(list, &status) != 0 || status.st_size == 0) return 2;
  const char *names = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, list, 0);
  if (names == MAP_FAILED) return 2;
  const char *end = names + status.st_size;
  const char *middle = names + status.st_size / 2;
  middle += strlen(middle) + 1;

  struct part first = {names, middle, 0};
  struct part second = {middle, end, 0};
  pthread_t thread;
  if (pthread_create(&thread, NULL, look, &second) != 0) return 2;
  look(&first);
  pthread_join(thread, NULL);
  printf("%ld\n", first.found + second.found);
  return 0;
}
