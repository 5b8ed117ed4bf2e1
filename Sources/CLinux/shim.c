#include "shim.h"

#include <sys/ioctl.h>
#include <sys/syscall.h>

char *_Nullable const *_Nonnull sysbuild_environment(void) {
  static char *none[] = {NULL};
  return environ ? environ : none;
}

int sysbuild_terminal_width(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int sysbuild_terminal_height(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

int sysbuild_send(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
