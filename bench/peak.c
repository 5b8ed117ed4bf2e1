// Runs a command and appends its peak memory in KiB to a file. A process's figure starts from that of the
// process it was forked from, so whoever forks must be small.
//
//     peak FILE COMMAND [ARGUMENT...]
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count < 3) return 2;
  pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execvp(arguments[2], arguments + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status)) return 2;
  FILE *file = fopen(arguments[1], "a");
  if (!file || fprintf(file, "%ld\n", usage.ru_maxrss) < 0 || fclose(file) != 0) return 2;
  return WEXITSTATUS(status);
}
